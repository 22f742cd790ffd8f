-- How far each schedule has come. A runner moves it on in the transaction that writes what is owed, so that of many runners
-- one owes it. It is a table of its own because deliveries are forgotten some day, and a schedule must not begin anew then.
CREATE TABLE schedule_tick (
    schedule TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    line TEXT NOT NULL
) STRICT, WITHOUT ROWID;
