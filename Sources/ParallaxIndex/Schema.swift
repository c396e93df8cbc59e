/// The tables. Times are in seconds: those of observations since their run began, `began` since 1970.
enum Schema {
  static let tables = """
    PRAGMA user_version = 1;
    CREATE TABLE runs (
      id TEXT PRIMARY KEY, plan_file TEXT NOT NULL, plan_digest TEXT NOT NULL, began REAL, status TEXT,
      because TEXT, to_settle TEXT, requests INTEGER NOT NULL, duration REAL
    ) STRICT;
    CREATE TABLE limiters (
      run TEXT NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED, position INTEGER NOT NULL, scope TEXT NOT NULL, posterior REAL NOT NULL,
      kind TEXT NOT NULL, algorithm TEXT NOT NULL, limit_value REAL, limit_low REAL, limit_high REAL,
      window_value REAL, window_low REAL, window_high REAL, burst_value REAL, burst_low REAL, burst_high REAL,
      PRIMARY KEY (run, position)
    ) STRICT;
    CREATE TABLE observations (
      run TEXT NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED, id INTEGER NOT NULL, cell TEXT NOT NULL, vantage TEXT NOT NULL,
      key TEXT NOT NULL, account TEXT NOT NULL, stage TEXT NOT NULL, planned REAL NOT NULL, sent REAL NOT NULL,
      first_byte REAL, ended REAL NOT NULL, clock_bound REAL NOT NULL, status INTEGER, reading TEXT NOT NULL,
      failure TEXT, bytes INTEGER NOT NULL, PRIMARY KEY (run, id)
    ) STRICT, WITHOUT ROWID;
    """

  static let indices = """
    CREATE INDEX observations_by_reading ON observations (run, cell, reading);
    CREATE INDEX runs_by_plan ON runs (plan_digest);
    """
}
