#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ledger_fuzz::properties::saved_replay(data);
});
