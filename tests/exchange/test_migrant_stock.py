import pytest

from sojourn.exchange.migrant_stock import StockRow, read_migrant_stock
from sojourn.exchange.reading import Unreadable


def test_the_newest_year_of_a_table_is_taken():
    reading = read_migrant_stock(b"origin_iso3,dest_iso3,y2015,y2020\nMEX,USA,1,10853105\n")

    assert reading.rows == (StockRow("MEX", "USA", 10_853_105, 2020),)


def test_plain_columns_are_read_and_bad_rows_told():
    reading = read_migrant_stock(
        b'country,nationality,people\nNPL,PHL,"1,200"\nNepal,PHL,3\nNPL,IND,many\n'
    )

    assert reading.rows == (StockRow("PHL", "NPL", 1_200, 0),)
    assert [problem.line for problem in reading.problems] == [3, 4]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"origin,country\nPHL,NPL\n"])
def test_a_table_without_the_columns_is_refused(content):
    with pytest.raises(Unreadable):
        read_migrant_stock(content)


def test_the_real_table_is_read_whole(shared_data):
    path = shared_data / "migrant-stock" / "un_desa_ims_2020_origin_destination.csv"
    reading = read_migrant_stock(path.read_bytes(), filename=path.name)

    assert len(reading.rows) + len(reading.problems) == 11_915
    assert StockRow("MEX", "USA", 10_853_105, 2020) in reading.rows
