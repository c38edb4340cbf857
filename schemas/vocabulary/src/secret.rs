//! A value with no printable form.

use std::fmt;
use zeroize::Zeroize;

/// Holds a secret: no `Display`, a `Debug` that tells nothing, wiped when dropped.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the secret in.
    pub const fn new(value: T) -> Self {
        Secret(value)
    }

    /// Lends the secret out; the name shows at every call that one is being used.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

// === impl Secret ===

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
