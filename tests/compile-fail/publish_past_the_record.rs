//! No message of one's own making enters a release lane by a commit.
//@ crates: carrier
//@ errors: E0624

use carrier::{Commit, Lane, Message};

fn publish(commit: &mut Commit, lane: Lane, message: Message) {
    commit.append(lane, message);
}

fn main() {
    let _ = publish;
}
