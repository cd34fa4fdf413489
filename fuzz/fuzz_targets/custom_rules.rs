//! The target `custom-rules`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(target) = cmklint_fuzz::target::named("custom-rules") {
        (target.run)(data);
    }
});
