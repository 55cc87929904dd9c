//! Authority certificates of the worked example, put together from tags and lengths: FORMAT.md is
//! checked against bytes that no X.509 library of the project made.

use ed25519_dalek::{Signer as _, SigningKey};
use ledger::authority::AuthorityExtension;

/// 1.3.101.112, id-Ed25519 (RFC 8410).
const ED25519: &[u8] = &[0x06, 0x03, 0x2B, 0x65, 0x70];
/// 2.5.4.3, commonName.
const COMMON_NAME: &[u8] = &[0x06, 0x03, 0x55, 0x04, 0x03];
/// 2.5.29.19, basicConstraints.
const BASIC_CONSTRAINTS: &[u8] = &[0x06, 0x03, 0x55, 0x1D, 0x13];
/// 2.5.29.15, keyUsage.
const KEY_USAGE: &[u8] = &[0x06, 0x03, 0x55, 0x1D, 0x0F];
/// 2.25.2620221126, the authority extension.
const AUTHORITY_EXTENSION: &[u8] = &[0x06, 0x06, 0x69, 0x89, 0xE1, 0xB5, 0xCD, 0x46];
const CRITICAL: &[u8] = &[0x01, 0x01, 0xFF];

/// What a certificate says.
pub struct Request<'a> {
    pub serial: u8,
    pub issuer: &'a str,
    pub subject: &'a str,
    /// notBefore and notAfter as UTCTime.
    pub validity: (&'a str, &'a str),
    /// The content of SubjectPublicKeyInfo.
    pub subject_key: Vec<u8>,
    /// None: a root.
    pub extension: Option<&'a AuthorityExtension>,
}

/// The certificate in DER, signed by `signer`.
pub fn certificate(request: &Request<'_>, signer: &SigningKey) -> Vec<u8> {
    let algorithm = sequence(&[ED25519]);
    let tbs = sequence(&[
        // Version 3.
        &tlv(0xA0, &[&tlv(0x02, &[&[2]])]),
        &tlv(0x02, &[&[request.serial]]),
        &algorithm,
        &name(request.issuer),
        &sequence(&[&utc_time(request.validity.0), &utc_time(request.validity.1)]),
        &name(request.subject),
        &sequence(&[&request.subject_key]),
        &tlv(0xA3, &[&extensions(request.extension)]),
    ]);
    let signature = signer.sign(&tbs).to_bytes();
    sequence(&[&tbs, &algorithm, &tlv(0x03, &[&[0], &signature])])
}

/// An Ed25519 key as a certificate's subject key (RFC 8410).
pub fn ed25519_subject_key(key: &SigningKey) -> Vec<u8> {
    [sequence(&[ED25519]), tlv(0x03, &[&[0], key.verifying_key().as_bytes()])].concat()
}

fn extensions(authority: Option<&AuthorityExtension>) -> Vec<u8> {
    let Some(authority) = authority else {
        let constraints = sequence(&[&[0x01, 0x01, 0xFF]]);
        // keyCertSign.
        let usage = tlv(0x03, &[&[2, 0x04]]);
        return sequence(&[
            &critical(BASIC_CONSTRAINTS, &constraints),
            &critical(KEY_USAGE, &usage),
        ]);
    };
    // digitalSignature.
    let usage = tlv(0x03, &[&[7, 0x80]]);
    sequence(&[
        &critical(BASIC_CONSTRAINTS, &sequence(&[])),
        &critical(KEY_USAGE, &usage),
        &critical(AUTHORITY_EXTENSION, &authority.to_der().unwrap()),
    ])
}

fn critical(oid: &[u8], value: &[u8]) -> Vec<u8> {
    sequence(&[oid, CRITICAL, &tlv(0x04, &[value])])
}

fn name(common_name: &str) -> Vec<u8> {
    let text = tlv(0x0C, &[common_name.as_bytes()]);
    sequence(&[&tlv(0x31, &[&sequence(&[COMMON_NAME, &text])])])
}

fn utc_time(text: &str) -> Vec<u8> {
    tlv(0x17, &[text.as_bytes()])
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, parts)
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut out = vec![tag];
    match content.len() {
        short @ 0..=0x7F => out.push(short as u8),
        long @ 0x80..=0xFF => out.extend([0x81, long as u8]),
        longer => {
            out.push(0x82);
            out.extend((longer as u16).to_be_bytes());
        }
    }
    out.extend(content);
    out
}
