"""Who is inside which band of an alert, among millions of last known locations, in milliseconds.

Locations are kept as Z-order keys packed in sorted blocks (``blocks``). A footprint becomes a cover of key
ranges (``cover``): ranges wholly inside a band are taken as they are, only people in cells that an edge crosses
are tested exactly (``search``). Coarse locations answer inside, outside or possible (``coarse``), and a
probability comes from their accuracy and age (``chance``).
"""
