//! Why something failed, in Chinese: what [`ledger::causes`] knows, and keys, their files and locks.

use std::{error::Error, path::Path};

use ledger::causes::{self, Cause};

use crate::{
    clock::NotAnInstant,
    keys::{KeyPemError, PassphraseError, lock::LockError, new_file::FileError},
};

/// An error within a Chinese sentence.
pub fn zh(error: &(dyn Error + 'static)) -> String {
    causes::zh(error, known)
}

/// What is known of one error, without its source.
pub fn known(error: &(dyn Error + 'static)) -> Option<Cause> {
    if let Some(error) = error.downcast_ref::<KeyPemError>() {
        return of_key(error);
    }
    if let Some(error) = error.downcast_ref::<FileError>() {
        return Some(of_file(error));
    }
    if let Some(error) = error.downcast_ref::<LockError>() {
        return of_lock(error);
    }
    if let Some(error) = error.downcast_ref::<PassphraseError>() {
        return of_passphrase(error);
    }
    if error.is::<NotAnInstant>() {
        return Some(Cause::new(
            "time_wrong",
            "应为北京日期（2026-03-13）或带时区的时刻（2026-03-13T09:00:00+08:00）",
        ));
    }
    Cause::known(error)
}

/// Why a file that is made once was not made or read.
fn of_file(error: &FileError) -> Cause {
    let said = |path: &Path, code, zh: &str| Cause::new(code, format!("{} {zh}", path.display()));
    match error {
        FileError::Exists { path } => {
            said(path, "file_exists", "已存在，从不覆盖：请换一个名称，或先自行移走")
        }
        FileError::Write { path, source } => Cause::in_io(source).map_or_else(
            || said(path, "file_unwritable", "无法写入：请检查目录、权限和剩余空间"),
            |Cause { code, zh }| said(path, code, &format!("无法写入：{zh}")),
        ),
        FileError::Read { path, source } => Cause::in_io(source).map_or_else(
            || said(path, "file_unreadable", "无法读取：请检查路径和权限"),
            |Cause { code, zh }| said(path, code, &format!("无法读取：{zh}")),
        ),
        FileError::TooLong { path, .. } => said(path, "file_too_long", "过长：可能指错了文件"),
    }
}

/// Why a private key's file was not made or opened.
fn of_key(error: &KeyPemError) -> Option<Cause> {
    Some(match error {
        KeyPemError::NotEncryptedPem { path } => {
            Cause::new("not_encrypted_pem", format!("{} 不是加密的私钥文件（PEM）", path.display()))
        }
        KeyPemError::Scheme { path } => {
            Cause::new("key_scheme", format!("{} 的加密方式不被接受", path.display()))
        }
        KeyPemError::NotOpened { path } => Cause::new(
            "wrong_passphrase",
            format!("口令打不开 {}，或文件已损坏：请核对口令，必要时取用备份", path.display()),
        ),
        KeyPemError::OtherAlgorithm { path, expected } => {
            Cause::new("other_algorithm", format!("{} 不是 {expected} 私钥", path.display()))
        }
        KeyPemError::File(_)
        | KeyPemError::Encode(_)
        | KeyPemError::Encrypt(_)
        | KeyPemError::Random(_) => return None,
    })
}

/// Why a lock was not taken.
fn of_lock(error: &LockError) -> Option<Cause> {
    match error {
        LockError::InUse { lock } => {
            Some(Cause::new("in_use", format!("{} 正由另一进程使用", lock.display())))
        }
        LockError::Failed { lock, source } => Some(Cause::in_io(source)?.of_file(lock)),
    }
}

/// Why there is no passphrase.
fn of_passphrase(error: &PassphraseError) -> Option<Cause> {
    match error {
        PassphraseError::Empty => Some(Cause::new("passphrase_empty", "口令是空的")),
        PassphraseError::NotOneLine => {
            Some(Cause::new("passphrase_not_one_line", "口令不是一行文字"))
        }
        PassphraseError::File(_) => None,
    }
}
