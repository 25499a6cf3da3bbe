//! The tables, their versions, and how a database is made ready.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};

/// `PRAGMA application_id` of a case: "SDOR".
pub(crate) const APPLICATION: i64 = 0x5344_4F52;

/// What brings a database from version `i` to `i + 1`. Never change one that was released: add
/// the next.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
    include_str!("schema/6.sql"),
    include_str!("schema/7.sql"),
    include_str!("schema/8.sql"),
    include_str!("schema/9.sql"),
    include_str!("schema/10.sql"),
    include_str!("schema/11.sql"),
];

/// The version of the tables that this program writes.
pub(crate) const VERSION: usize = MIGRATIONS.len();

/// Sets what holds for one connection. `synchronous = NORMAL` in WAL mode cannot corrupt; a loss
/// of power can cost the last commits, a killed process costs none.
pub(crate) fn tune(base: &Connection) -> rusqlite::Result<()> {
    base.pragma_update(None, "journal_mode", "WAL")?;
    base.pragma_update(None, "synchronous", "NORMAL")?;
    base.pragma_update(None, "foreign_keys", "ON")?;
    // Else a statement is prepared anew whenever a partial index might serve its next values.
    base.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    prepare_cache(base);
    Ok(())
}

/// Room for every statement of this crate.
pub(crate) fn prepare_cache(base: &Connection) {
    base.set_prepared_statement_cache_capacity(96);
}

/// The version that the database says it has; 0 for a blank one.
pub(crate) fn version(base: &Connection) -> rusqlite::Result<i64> {
    base.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Whether the database says that it is a case.
pub(crate) fn is_case(base: &Connection) -> rusqlite::Result<bool> {
    let id: i64 = base.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok(id == APPLICATION)
}

/// Whether the database holds nothing at all.
pub(crate) fn is_blank(base: &Connection) -> rusqlite::Result<bool> {
    base.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| {
        row.get(0)
    })
}

/// Brings the tables to [`VERSION`] and runs `also`, in one transaction.
pub(crate) fn migrate(
    base: &mut Connection,
    also: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let change = base.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = usize::try_from(version(&change)?).unwrap_or(VERSION);
    for step in MIGRATIONS.iter().skip(from) {
        change.execute_batch(step)?;
    }
    change.pragma_update(None, "application_id", APPLICATION)?;
    change.pragma_update(None, "user_version", i64::try_from(VERSION).unwrap_or(1))?;
    also(&change)?;
    change.commit()
}
