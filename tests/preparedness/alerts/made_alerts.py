"""Alerts in CAP and GDACS, made here."""

SPACE = "urn:oasis:names:tc:emergency:cap:1.2"


def cap(
    identifier="N-1",
    kind="Alert",
    sent="2026-03-01T11:00:00+00:00",
    *,
    area="<circle>27.7,85.3 40</circle>",
    references="",
    severity="Severe",
    status="Actual",
    sender="dhm@example.org",
    expires="2026-03-09T11:00:00+00:00",
    place="Kathmandu valley",
):
    told = f"<references>{references}</references>" if references else ""
    return f"""<alert xmlns="{SPACE}"><identifier>{identifier}</identifier>
<sender>{sender}</sender><sent>{sent}</sent><status>{status}</status><msgType>{kind}</msgType>
<scope>Public</scope>{told}<info><language>en</language><category>Geo</category>
<event>Earthquake</event><urgency>Immediate</urgency><severity>{severity}</severity>
<certainty>Observed</certainty><expires>{expires}</expires><headline>Strong earthquake</headline>
<area><areaDesc>{place}</areaDesc>{area}</area></info></alert>""".encode()


def gdacs(level="Green", episode="1", date="Sat, 25 Apr 2015 06:30:00 GMT", country="Nepal"):
    return f"""<rss xmlns:gdacs="http://www.gdacs.org" xmlns:georss="http://www.georss.org/georss">
<channel><item><title>{level} earthquake</title><pubDate>{date}</pubDate>
<gdacs:fromdate>{date}</gdacs:fromdate><gdacs:eventtype>EQ</gdacs:eventtype>
<gdacs:eventid>1088</gdacs:eventid><gdacs:episodeid>{episode}</gdacs:episodeid>
<gdacs:alertlevel>{level}</gdacs:alertlevel><georss:point>28.2 84.7</georss:point>
<gdacs:country>{country}</gdacs:country></item></channel></rss>""".encode()
