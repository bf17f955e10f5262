//! The schema, forward and back, the same on SQLite and PostgreSQL.
//!
//! One file is one step. A step that has been released is never edited: the next change is a new
//! step. Keys are UUIDs that the store makes (version 7, so they sort by age), points in time are
//! UTC, money is whole micro-dollars and lengths are whole frames.

mod m20261123_000001_accounts;
mod m20261123_000002_generations;
mod m20261123_000003_jobs;
mod m20261123_000004_ledger;
mod m20261123_000005_options;
mod m20261123_000006_pictures;
mod m20261124_000007_queue;
mod m20261125_000008_storage;
mod m20261125_000009_called_off;
mod m20261126_000010_money;
mod m20261126_000011_revisions;
mod m20261126_000012_routing;
mod m20261126_000013_gallery;
mod m20261126_000014_sharing;
mod m20261126_000015_sessions;
mod m20261126_000016_undo;

use sea_orm_migration::prelude::*;
pub use sea_orm_migration::{Migration, MigratorTrait};

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_accounts::Migration),
            Box::new(m20261123_000002_generations::Migration),
            Box::new(m20261123_000003_jobs::Migration),
            Box::new(m20261123_000004_ledger::Migration),
            Box::new(m20261123_000005_options::Migration),
            Box::new(m20261123_000006_pictures::Migration),
            Box::new(m20261124_000007_queue::Migration),
            Box::new(m20261125_000008_storage::Migration),
            Box::new(m20261125_000009_called_off::Migration),
            Box::new(m20261126_000010_money::Migration),
            Box::new(m20261126_000011_revisions::Migration),
            Box::new(m20261126_000012_routing::Migration),
            Box::new(m20261126_000013_gallery::Migration),
            Box::new(m20261126_000014_sharing::Migration),
            Box::new(m20261126_000015_sessions::Migration),
            Box::new(m20261126_000016_undo::Migration),
        ]
    }
}

/// A foreign key whose rows go when the row they point at goes.
fn belongs_to(table: &'static str, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(parent, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

/// An index named after its table and columns.
fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(format!("ix_{table}_{}", columns.join("_"))).table(table).to_owned();
    for column in columns {
        index.col(*column);
    }
    index
}

fn unique_index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns).unique().to_owned()
}

/// Drops tables in the order given: those that point before those they point at.
async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        manager.drop_table(Table::drop().table(*table).to_owned()).await?;
    }
    Ok(())
}
