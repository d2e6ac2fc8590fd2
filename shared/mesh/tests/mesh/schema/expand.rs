//! Replicas of the last release must work with the schema of the next. So every migration only
//! adds. A later release removes what no replica uses any more, with a comment before the
//! statement: `-- contract: …` names the last release that used it.

use std::{collections::BTreeSet, fs, path::Path};

use contracts::subject::SERVICES;

/// Returns the migrations of the mesh and of every service with their paths.
fn steps() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let services = fs::read_dir(root.join("services")).unwrap().map(|entry| entry.unwrap().path());
    let folders = services.chain([root.join("shared/mesh")]).map(|it| it.join("migrations"));
    let files = folders.filter(|folder| folder.exists()).flat_map(|it| fs::read_dir(it).unwrap());
    let files = files.map(|entry| entry.unwrap().path());
    files.map(|file| (file.display().to_string(), fs::read_to_string(&file).unwrap())).collect()
}

/// A placeholder for the comment that permits the next statement.
const CONTRACT: &str = "CONTRACT";

/// Returns a line without its comment.
fn uncommented(line: &str) -> &str {
    if line.trim().starts_with("-- contract: ") {
        return CONTRACT;
    }
    line.split_once("--").map_or(line, |(statement, _)| statement)
}

/// Returns the statements of a migration that would break an old replica.
fn refused(sql: &str) -> Vec<String> {
    let sql: Vec<&str> = sql.lines().map(uncommented).collect();
    let mut own = BTreeSet::new();
    let mut refused = Vec::new();
    for statement in sql.join("\n").split(';') {
        let upper = statement.to_uppercase();
        let words: Vec<&str> = upper.split_whitespace().collect();
        let adds = match words[..] {
            [] | [CONTRACT, ..] => true,
            ["CREATE", "TABLE", table, ..] => {
                own.insert(table.to_owned());
                true
            }
            ["CREATE", "VIEW" | "INDEX", ..] | ["INSERT", "INTO", ..] | ["UPDATE", ..] => true,
            // An old replica may violate a new unique index, except on a table that it does not
            // know.
            ["CREATE", "UNIQUE", "INDEX", _, "ON", table, ..] => own.contains(table),
            // An old replica writes rows without the new column.
            ["ALTER", "TABLE", _, "ADD", "COLUMN", ..] => {
                let has = |word| words.contains(&word);
                !has("CHECK") && !has("UNIQUE") && (!has("NOT") || has("DEFAULT"))
            }
            _ => false,
        };
        if !adds {
            refused.push(statement.trim().to_owned());
        }
    }
    refused
}

#[test]
fn no_step_takes_away_what_an_old_replica_uses() {
    let steps = steps();
    for owner in SERVICES.into_iter().chain(["mesh"]) {
        let of_owner = format!("/{owner}/migrations/");
        assert!(steps.iter().any(|(file, _)| file.contains(&of_owner)), "{owner} has no steps");
    }
    for (file, sql) in steps {
        let refused = refused(&sql);
        assert!(
            refused.is_empty(),
            "{file}: replicas of the last release do not live with {refused:#?}\nAdd only; take \
             away in a later release, after `-- contract: ` and the last release that used it",
        );
    }
}

#[test]
fn what_takes_away_is_refused_unless_it_says_since_when_nobody_uses_it() {
    for harmful in [
        "DROP TABLE orders",
        "ALTER TABLE orders DROP COLUMN partner",
        "ALTER TABLE orders RENAME COLUMN partner TO buyer",
        "ALTER TABLE orders RENAME TO sales",
        "ALTER TABLE orders ALTER COLUMN line TYPE TEXT",
        "ALTER TABLE orders ALTER COLUMN line SET NOT NULL",
        "ALTER TABLE orders ADD COLUMN note TEXT NOT NULL",
        "ALTER TABLE orders ADD COLUMN units BIGINT NOT NULL DEFAULT 0 CHECK (units > 0)",
        "ALTER TABLE orders ADD CONSTRAINT one UNIQUE (partner)",
        "CREATE UNIQUE INDEX one ON orders (partner)",
        "DELETE FROM orders",
        "DROP INDEX orders_partner",
    ] {
        assert_eq!(refused(harmful), [harmful]);
        assert!(refused(&format!("-- contract: 0.3 was the last\n{harmful}")).is_empty());
    }
    let adds = "CREATE TABLE more (id TEXT NOT NULL PRIMARY KEY); -- text\n\
        CREATE UNIQUE INDEX one ON more (id); CREATE INDEX two ON orders (partner); \
        ALTER TABLE orders ADD COLUMN note TEXT; \
        ALTER TABLE orders ADD COLUMN open BOOLEAN NOT NULL DEFAULT FALSE; \
        INSERT INTO more (id) VALUES ('x')";
    assert_eq!(refused(adds), [""; 0]);
}
