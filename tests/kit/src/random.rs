//! Choices that a seed repeats. No randomness of the machine's, and none fit for keys.

/// A stream of numbers; the same seed gives the same stream.
pub struct Random(u64);

// === impl Random ===

impl Random {
    /// The stream of a seed.
    pub const fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number from 0 to below `bound`; 0 where the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(1).max(1);
        usize::try_from(self.next() % bound).unwrap_or_default()
    }

    /// A number within, both ends included.
    pub fn within(&mut self, low: i32, high: i32) -> i32 {
        let width = usize::try_from(high.saturating_sub(low)).unwrap_or_default() + 1;
        low.saturating_add(i32::try_from(self.below(width)).unwrap_or_default())
    }

    /// Whether something that happens so often in a hundred happens.
    pub fn percent(&mut self, often: usize) -> bool {
        self.below(100) < often
    }

    /// One of the choices.
    #[expect(clippy::indexing_slicing, reason = "the index is below the length, which is not 0")]
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}
