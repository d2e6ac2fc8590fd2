//! Killed at any moment, the mesh goes on where its last commit was (M2, M7).

use std::time::{Duration, SystemTime};

use crate::{load::Load, mesh::Mesh};

/// Three kills at random moments of a run, with the server and without it: the run ends in books
/// that balance, with every order served once.
#[test]
fn killing_the_mesh_loses_and_repeats_nothing() {
    let mut mesh = Mesh::start(&[]);
    let load = Load::begin(&mesh, 120, 12);
    for (kill, server_too) in [true, false, true].into_iter().enumerate() {
        let pause = moment();
        println!("kill {kill} after {pause:?}, the server too: {server_too}");
        std::thread::sleep(pause);
        mesh.kill(server_too);
        mesh.start_again(&[]);
    }
    load.ends_well(&mesh);
}

/// Between one and five seconds.
fn moment() -> Duration {
    #[expect(clippy::disallowed_methods, reason = "any source of chance will do")]
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Duration::from_millis(1_000 + u64::from(now.subsec_micros() % 4_000))
}
