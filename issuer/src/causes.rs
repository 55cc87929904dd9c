//! Why something failed, in Chinese: what [`verifier::causes`] knows, and the office's own keys.

use std::error::Error;

use ledger::causes::{self, Cause};

use crate::signing::{ExampleKeyRefused, RecordsKeyError};

/// An error within a Chinese sentence.
pub fn zh(error: &(dyn Error + 'static)) -> String {
    causes::zh(error, known)
}

/// After a Chinese sentence: the cause, where it is one that people meet.
pub fn in_brackets(error: &(dyn Error + 'static)) -> String {
    causes::find(error, known).map_or_else(String::new, |cause| format!("（{cause}）"))
}

/// What is known of one error, without its source.
pub fn known(error: &(dyn Error + 'static)) -> Option<Cause> {
    if error.is::<ExampleKeyRefused>() {
        let zh = "这是人人皆知的示例密钥：请用 `issuer keys new` 生成自己的密钥，或写明 --allow-example-keys";
        return Some(Cause::new("example_key", zh));
    }
    // sled names no source.
    if let Some(sled::Error::Io(error)) = error.downcast_ref() {
        return Cause::in_io(error);
    }
    if let Some(RecordsKeyError::Form { path, .. } | RecordsKeyError::NotText { path }) =
        error.downcast_ref()
    {
        let zh = format!("{} 不是密钥加密密钥文件", path.display());
        return Some(Cause::new("no_records_key", zh));
    }
    verifier::causes::known(error)
}
