//! A released record without its disclosure entry does not enter a commit.
//@ crates: carrier release
//@ errors: E0308

use carrier::Commit;
use release::Released;

fn publish(commit: &mut Commit, released: Released) {
    commit.record(released);
}

fn main() {
    let _ = publish;
}
