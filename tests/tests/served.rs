//! Whatever was published once is served ever after: every size with its tiles, entries and proofs
//! (promises 1 and 3).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use ledger::{
    certificate::LogGeneration,
    checkpoint::VerifiedCheckpoint,
    path::LogPath,
    position::LeafIndex,
    reader::{LogReader, read_checkpoint},
};
use tests::{bureau::Bureau, lists, whole};
use verifier::fetch::LogDir;

fn published(bureau: &Bureau) -> VerifiedCheckpoint {
    let trust = whole::trust(&bureau.dir());
    let policy = trust.log(LogGeneration::new(1)).unwrap();
    let files = LogDir::new(bureau.layout().log());
    read_checkpoint(&files, &LogPath::Checkpoint, policy).unwrap()
}

fn reader(bureau: &Bureau, checkpoint: VerifiedCheckpoint) -> LogReader<LogDir> {
    LogReader::open(LogDir::new(bureau.layout().log()), checkpoint).unwrap()
}

#[test]
fn every_size_that_was_published_can_be_read_and_proved_after_the_log_grew_past_a_full_tile() {
    let mut bureau = Bureau::new();
    let mut sizes = vec![published(&bureau)];
    let mut first = 0;
    // A batch of 240 crosses the end of the first tile, which holds 256 entries.
    for count in [1, 7, 240, 3] {
        bureau.import(lists::synthetic(first, count).as_bytes());
        first += count;
        assert_eq!(bureau.issue().len(), count);
        sizes.push(published(&bureau));
        bureau.office().heartbeat().unwrap();
        sizes.push(published(&bureau));
        bureau.reopen();
    }
    let newest = reader(&bureau, published(&bureau));
    assert!(newest.size().get() > 256);
    for checkpoint in sizes {
        newest.check_extends(checkpoint.size(), checkpoint.root()).unwrap();
        let then = reader(&bureau, checkpoint);
        for index in (0..then.size().get()).map(|index| LeafIndex::new(index).unwrap()) {
            assert_eq!(then.entry(index).unwrap(), newest.entry(index).unwrap(), "{index}");
            then.prove_inclusion(index).unwrap();
        }
    }
    bureau.audit();
}
