//! The one pass over a datum's bytes: every structural rule is checked, and the positions that
//! plans and probes need are kept in [`Spans`]. Copies nothing.

mod skip;

use crate::error::Fault;
use crate::limits::{MAX_DEPTH, MAX_EMPTY_ITEMS, MAX_MARKS};
use crate::program::{Items, Op, Program};
use crate::wire;

/// Positions of one datum: scratch memory, used again for the next.
#[derive(Debug, Default)]
pub struct Spans {
    pub(crate) marks: Vec<u32>,
    /// Whose they are: projector, address and length of the datum. Length 0 is nobody's.
    pub(crate) owner: (u64, usize, usize),
}

impl Spans {
    /// Empty scratch memory.
    pub fn new() -> Self {
        Spans::default()
    }
}

/// What lies before the frames of a block of items: their count, and the next block (0: none).
pub(crate) const HEAD: usize = 2;

struct Scan<'p, 'm> {
    program: &'p Program,
    marks: &'m mut Vec<u32>,
    total: usize,
    /// Items of no bytes still allowed.
    empty: usize,
    depth: usize,
}

/// Walks the whole datum. `TEXT`: text must be UTF-8.
pub(crate) fn scan<const TEXT: bool>(
    program: &Program,
    datum: &[u8],
    marks: &mut Vec<u32>,
) -> Result<(), Fault> {
    marks.clear();
    marks.resize(program.slots, 0);
    let total = datum.len();
    let mut scan = Scan { program, marks, total, empty: MAX_EMPTY_ITEMS, depth: 0 };
    let ops = program.ops.get(..program.slots).ok_or(Fault::Truncated)?;
    let rest = scan.run::<true, TEXT>(ops, 0, datum)?;
    if rest.is_empty() { Ok(()) } else { Err(Fault::Trailing) }
}

/// Steps over a value that has no parts of its own; false for what has.
#[inline(always)]
fn leaf<const TEXT: bool>(op: Op, rest: &mut &[u8]) -> Result<bool, Fault> {
    match op {
        Op::OptText(n) => skip::times(n, || skip::opt_text::<TEXT>(rest))?,
        Op::OptLong(n) => skip::times(n, || skip::opt_long(rest))?,
        Op::OptInt(n) => skip::times(n, || skip::opt_int(rest))?,
        Op::OptSymbol(count) => skip::opt_symbol(rest, count)?,
        Op::OptBoolean(n) => skip::times(n, || skip::opt_boolean(rest))?,
        Op::OptFixed(size) => skip::opt_fixed(rest, size as usize)?,
        Op::OptBytes(n) => skip::times(n, || skip::opt_text::<false>(rest))?,
        Op::Text(n) => skip::times(n, || skip::text::<TEXT>(rest))?,
        Op::Long(n) => skip::times(n, || skip::long(rest))?,
        Op::Int(n) => skip::times(n, || skip::int(rest))?,
        Op::Symbol(count) => skip::symbol(rest, count)?,
        Op::Boolean(n) => skip::times(n, || skip::boolean(rest))?,
        Op::Fixed(size) => skip::take(rest, size as usize)?,
        Op::Bytes(n) => skip::times(n, || skip::text::<false>(rest))?,
        _ => return Ok(false),
    }
    Ok(true)
}

impl Scan<'_, '_> {
    /// Walks one scope. With `MARK`, its slots begin at `base`.
    fn run<'d, const MARK: bool, const TEXT: bool>(
        &mut self,
        ops: &[Op],
        base: usize,
        mut rest: &'d [u8],
    ) -> Result<&'d [u8], Fault> {
        let program = self.program;
        let total = self.total;
        let mut at = 0;
        loop {
            let todo = ops.get(at..).unwrap_or_default();
            let mut special = None;
            if MARK {
                let frame = self.marks.get_mut(base.wrapping_add(at)..).unwrap_or_default();
                for (op, mark) in todo.iter().zip(frame) {
                    *mark = total.wrapping_sub(rest.len()) as u32;
                    at = at.wrapping_add(1);
                    if !leaf::<TEXT>(*op, &mut rest)? {
                        special = Some(*op);
                        break;
                    }
                }
            } else {
                for op in todo {
                    at = at.wrapping_add(1);
                    if !leaf::<TEXT>(*op, &mut rest)? {
                        special = Some(*op);
                        break;
                    }
                }
            }
            match special {
                Some(Op::Opt(after)) => {
                    if !skip::branch(&mut rest)? {
                        at = after as usize;
                    }
                }
                Some(Op::Union { table, count }) => {
                    let branch = wire::index(&mut rest, count as usize, Fault::Branch)?;
                    let entry = program.tables.get((table as usize).wrapping_add(branch));
                    at = *entry.ok_or(Fault::Branch)? as usize;
                }
                Some(Op::Jump(to)) => at = to as usize,
                Some(Op::Array(number)) => {
                    let items = program.items.get(number as usize).ok_or(Fault::Length)?;
                    let link = base.wrapping_add(at);
                    rest = self.items::<MARK, TEXT>(items, link, rest)?;
                    at = at.wrapping_add(usize::from(items.open));
                }
                Some(Op::End) => return Ok(rest),
                _ => return Err(Fault::Spans),
            }
        }
    }

    /// Walks the blocks of an array or map.
    fn items<'d, const MARK: bool, const TEXT: bool>(
        &mut self,
        items: &Items,
        mut link: usize,
        mut rest: &'d [u8],
    ) -> Result<&'d [u8], Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::Depth);
        }
        let body = items.body as usize;
        let ops = self.program.ops.get(body..body.wrapping_add(items.slots as usize));
        let ops = ops.ok_or(Fault::Spans)?;
        loop {
            let count = wire::long(&mut rest)?;
            if count == 0 {
                self.depth -= 1;
                return Ok(rest);
            }
            let mut sized = None;
            if count < 0 {
                let size = usize::try_from(wire::long(&mut rest)?).map_err(|_| Fault::Length)?;
                let after = rest.get(size..).ok_or(Fault::Length)?;
                if !items.kept {
                    // INVARIANT: no plan keeps any of it, so bytes never read never leave.
                    rest = after;
                    continue;
                }
                sized = Some(after.len());
            }
            let count = usize::try_from(count.unsigned_abs()).map_err(|_| Fault::Length)?;
            self.allow(count, items.least, rest.len())?;
            rest = if MARK && items.open {
                self.open::<TEXT>(ops, count, &mut link, rest)?
            } else {
                self.closed::<TEXT>(ops, count, rest)?
            };
            if sized.is_some_and(|left| left != rest.len()) {
                return Err(Fault::BlockSize);
            }
        }
    }

    /// So many items must fit into the bytes left; items of no bytes have an allowance.
    fn allow(&mut self, count: usize, least: u32, left: usize) -> Result<(), Fault> {
        if least > 0 {
            return match count.checked_mul(least as usize) {
                Some(bytes) if bytes <= left => Ok(()),
                _ => Err(Fault::Length),
            };
        }
        self.empty = self.empty.checked_sub(count).ok_or(Fault::EmptyItems)?;
        Ok(())
    }

    fn closed<'d, const TEXT: bool>(
        &mut self,
        ops: &[Op],
        count: usize,
        mut rest: &'d [u8],
    ) -> Result<&'d [u8], Fault> {
        if let [Op::Text(1), Op::End] = ops {
            for _ in 0..count {
                skip::text::<TEXT>(&mut rest)?;
            }
            return Ok(rest);
        }
        for _ in 0..count {
            rest = self.run::<false, TEXT>(ops, 0, rest)?;
        }
        Ok(rest)
    }

    /// Walks a block whose items keep their positions: a head and a frame for each are added to
    /// the marks, and `link` is pointed at the head.
    fn open<'d, const TEXT: bool>(
        &mut self,
        ops: &[Op],
        count: usize,
        link: &mut usize,
        mut rest: &'d [u8],
    ) -> Result<&'d [u8], Fault> {
        let head = self.marks.len();
        let frames = count.checked_mul(ops.len()).and_then(|size| size.checked_add(head + HEAD));
        let size = frames.filter(|size| *size <= MAX_MARKS).ok_or(Fault::Marks)?;
        self.marks.resize(size, 0);
        if let Some(from) = self.marks.get_mut(*link) {
            *from = head as u32;
        }
        if let Some(slot) = self.marks.get_mut(head) {
            *slot = count as u32;
        }
        *link = head + 1;
        let mut base = head + HEAD;
        for _ in 0..count {
            rest = self.run::<true, TEXT>(ops, base, rest)?;
            base += ops.len();
        }
        Ok(rest)
    }
}
