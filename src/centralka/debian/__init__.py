"""Programs from Debian's archive, fetched without root and kept in folders of ours: the engine and the edge."""
