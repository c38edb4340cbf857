//! Times a pass over many inputs: the best of many, so that what else the machine does falls out.

use std::time::Instant;

/// Best time of one input, in nanoseconds, over `passes` passes of `inputs` inputs each.
pub(crate) fn best(
    passes: usize,
    inputs: usize,
    mut pass: impl FnMut() -> crate::Outcome<()>,
) -> crate::Outcome<f64> {
    pass()?;
    let mut best = f64::INFINITY;
    for _ in 0..passes {
        let start = Instant::now();
        pass()?;
        best = best.min(start.elapsed().as_nanos() as f64);
    }
    Ok(best / inputs.max(1) as f64)
}
