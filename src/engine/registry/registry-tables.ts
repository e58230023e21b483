// The registry's tables in the state database. All of it can be read from run folders and history files again.

/** For `openDatabase`. Texts ending in `_text` are folded for searching (see `foldText`). */
export const registryTables: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS registry_runs (
    id TEXT PRIMARY KEY,
    folder TEXT NOT NULL,
    state TEXT NOT NULL,
    summary TEXT NOT NULL,
    name_text TEXT NOT NULL,
    scene_text TEXT NOT NULL,
    folder_text TEXT NOT NULL,
    queued_at REAL NOT NULL,
    duration_ms REAL,
    note TEXT NOT NULL DEFAULT '',
    note_text TEXT NOT NULL DEFAULT '',
    owner_pid INTEGER NOT NULL,
    owner_started TEXT NOT NULL,
    removing INTEGER NOT NULL DEFAULT 0
  ) STRICT`,
  'CREATE INDEX IF NOT EXISTS registry_runs_folder ON registry_runs (folder)',
  'CREATE INDEX IF NOT EXISTS registry_runs_queued ON registry_runs (queued_at)',
  `CREATE TABLE IF NOT EXISTS registry_tags (
    run_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    tag_text TEXT NOT NULL,
    PRIMARY KEY (run_id, tag)
  ) STRICT, WITHOUT ROWID`,
  'CREATE TABLE IF NOT EXISTS registry_roots (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID',
  `CREATE TABLE IF NOT EXISTS registry_history (
    timestamp TEXT NOT NULL,
    run_dir TEXT NOT NULL,
    row TEXT NOT NULL,
    PRIMARY KEY (timestamp, run_dir)
  ) STRICT, WITHOUT ROWID`,
  'CREATE TABLE IF NOT EXISTS registry_facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
]

/** One form for all ways to write the same letters: upper and lower case, wide and narrow, joined and separate accents. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
