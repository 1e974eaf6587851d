"""One reader under atheris: libFuzzer chooses the inputs by what code they reach. Ends the process.

python -m tests.fuzz.guided TARGET CORPUS -runs=1000000 …
"""

import sys

import atheris

with atheris.instrument_imports(include=["sojourn"]):
    from tests.fuzz.targets import READ, REFUSED, TARGETS


def main() -> None:
    """Fuzz one target; the other arguments are libFuzzer's."""
    read = TARGETS[sys.argv[1]].read

    def one(data: bytes) -> None:
        answer = read(data)
        if answer not in {READ, REFUSED}:
            raise AssertionError(answer)

    atheris.Setup([sys.argv[0], *sys.argv[2:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
