//! A mesh that is killed at any moment continues from its last commit (M2, M7).

use std::time::{Duration, SystemTime};

use crate::{load::Load, mesh::Mesh};

/// Three kills at random moments, with and without the server: the run ends with books that balance
/// and every order served once.
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

/// Returns a time between one and five seconds.
fn moment() -> Duration {
    #[expect(clippy::disallowed_methods, reason = "any source of chance will do")]
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Duration::from_millis(1_000 + u64::from(now.subsec_micros() % 4_000))
}
