//! Work on many things with all cores: sealing, signing, linting, judging.

use std::{num::NonZeroUsize, panic, thread};

/// Fewest items for which another thread is worth starting (about a millisecond of signing).
const WORTH_A_THREAD: usize = 64;

/// Gives `work` the items in as many pieces as there are cores, and puts its results together in order.
/// The first error, in order, wins.
///
/// # Errors
/// Whatever `work` returns.
pub fn map_pieces<T, R, E>(
    items: Vec<T>,
    work: impl Fn(Vec<T>) -> Result<Vec<R>, E> + Sync,
) -> Result<Vec<R>, E>
where
    T: Send,
    R: Send,
    E: Send,
{
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let pieces = (items.len() / WORTH_A_THREAD).clamp(1, cores);
    if pieces == 1 {
        return work(items);
    }
    let results = thread::scope(|scope| {
        let running: Vec<_> =
            split(items, pieces).into_iter().map(|piece| scope.spawn(|| work(piece))).collect();
        let joined = running.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|result| result.unwrap_or_else(|cause| panic::resume_unwind(cause))).collect()
    });
    let results: Vec<Result<Vec<R>, E>> = results;
    let results: Vec<Vec<R>> = results.into_iter().collect::<Result<_, _>>()?;
    Ok(results.into_iter().flatten().collect())
}

fn split<T>(items: Vec<T>, pieces: usize) -> Vec<Vec<T>> {
    let length = items.len().div_ceil(pieces);
    let mut items = items.into_iter();
    (0..pieces).map(|_| items.by_ref().take(length).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        for count in [0, 1, 63, 64, 127, 128, 1000, 1001] {
            let items: Vec<usize> = (0..count).collect();
            let doubled = map_pieces(items, |piece| {
                Ok::<_, ()>(piece.into_iter().map(|item| item * 2).collect())
            });
            assert_eq!(doubled, Ok((0..count).map(|item| item * 2).collect()), "{count}");
        }
    }

    #[test]
    fn the_first_error_wins() {
        let refuse = |piece: Vec<usize>| match piece.iter().find(|item| **item >= 300) {
            Some(item) => Err(*item),
            None => Ok(piece),
        };
        assert_eq!(map_pieces((0..1000).collect(), refuse), Err(300));
    }
}
