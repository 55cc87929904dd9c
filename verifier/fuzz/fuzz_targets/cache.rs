#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    verifier_fuzz::properties::cache(data);
});
