//! Printing: the PDF with its QR code, attachments and signature; the QR code alone; the receipt.

use std::sync::Arc;

use ledger::{
    certificate::{Claims, SignedCertificate},
    checkpoint::CheckpointPolicy,
    evidence::Evidence,
    log::read_private,
    position::LeafIndex,
    qr::QrPayload,
    record::IssuanceRecord,
    seal::{KeyEncryptionKey, Unsealed},
    store::DirStore,
    time::{PartialDate, UnixMillis},
};
use verifier::{
    gather::View,
    labels,
    verdict::{Findings, Known, Question, Verdict, judge_knowing},
};

use super::{Layout, Office, OfficeError, Settings, proof::log_proof};
use crate::{
    catalogue::Catalogue,
    document::{
        self, Attachments, Bilingual, CertificateView, PrintedDate,
        qr::{ModulePixels, QrMatrix},
        sign::DocumentSigner,
    },
    published::Published,
    signing::{DocumentKeyFile, x509::read_certificate},
};

/// Prints certificates of one log.
pub struct Printer {
    store: Arc<DirStore>,
    kek: Arc<KeyEncryptionKey>,
    known: Known,
    policy: CheckpointPolicy,
    view: View<Published<DirStore>>,
    settings: Settings,
    origin: String,
    signer: DocumentSigner,
    catalogue: Catalogue,
}

/// Texts of a page that stand in no claim as they are shown.
struct Shown {
    masked_id: String,
    series: String,
}

/// One printed certificate.
#[derive(Debug)]
pub struct Printed {
    /// The signed PDF.
    pub pdf: Vec<u8>,
    /// The QR code alone.
    pub png: Vec<u8>,
    /// The QR code alone, for print shops.
    pub svg: String,
    /// The evidence that the verdict hangs on.
    pub receipt: Vec<u8>,
    /// The stranger's verdict at the time of printing.
    pub verdict: Verdict,
}

impl Office {
    /// A printer for this office's log as it is published now.
    pub fn printer(&self) -> Result<Printer, OfficeError> {
        let (policy, view) = self.published()?;
        Ok(Printer {
            store: self.store.clone(),
            kek: self.kek.clone(),
            known: Known::nothing((*self.trust).clone()),
            policy,
            view,
            settings: self.settings.clone(),
            origin: self.origin()?,
            signer: self.document_signer(&self.layout)?,
            catalogue: Catalogue::published()?,
        })
    }

    fn document_signer(&self, layout: &Layout) -> Result<DocumentSigner, OfficeError> {
        let path = layout.key("document.key");
        let key = DocumentKeyFile::load(&path, &self.passphrase, self.examples)?;
        let signer = read_certificate(&layout.key("document.pem"))?;
        let root = read_certificate(&layout.key("document-root.pem"))?;
        Ok(DocumentSigner::new(key.signing_key(), &signer, &[root])?)
    }
}

impl Printer {
    /// Prints the certificate at `index`.
    pub fn print(&self, index: LeafIndex, now: UnixMillis) -> Result<Printed, OfficeError> {
        let certificate = self.certificate(index)?;
        let claims = certificate.unverified_claims();
        let payload = QrPayload { certificate: certificate.as_bytes().to_vec(), index, copy: None };
        let qr_text = payload.to_text(&self.settings.host);
        let (evidence, verdict) = self.judged(&certificate, claims, index, now);
        let proof = log_proof(&self.store, &self.policy, &self.view, index)?;
        let shown = self.shown(claims);
        let page = self.page(claims, &shown, &qr_text, now)?;
        let attachments =
            Attachments { certificate: certificate.as_bytes(), log_proof: Some(&proof) };
        let unsigned = document::pdf(&page, &attachments)?;
        let qr = QrMatrix::encode(&qr_text)?;
        Ok(Printed {
            pdf: self.signer.sign(&unsigned, timestamp(now))?,
            png: qr.to_png(ModulePixels::DEFAULT)?,
            svg: qr.to_svg(),
            receipt: evidence.encode(),
            verdict,
        })
    }

    fn certificate(&self, index: LeafIndex) -> Result<SignedCertificate, OfficeError> {
        let size = self.view.checkpoint().size();
        match read_private(&*self.store, &self.kek, &self.origin, index, size)? {
            Some(Unsealed::Opened(bytes)) => {
                Ok(SignedCertificate::decode(&IssuanceRecord::decode(&bytes)?.certificate)?)
            }
            Some(Unsealed::Erased) | None => Err(OfficeError::NoPrivateRecord { index }),
        }
    }

    fn judged(
        &self,
        certificate: &SignedCertificate,
        claims: &Claims,
        index: LeafIndex,
        now: UnixMillis,
    ) -> (Evidence, Verdict) {
        let bytes = certificate.as_bytes().to_vec();
        let evidence = self.view.evidence(bytes, claims.authority, index);
        let question = Question::Now(now);
        let verdict = judge_knowing(&self.known, &evidence, &Findings::NONE, question);
        (evidence, verdict)
    }

    fn shown(&self, claims: &Claims) -> Shown {
        let series = self.catalogue.by_code(claims.series);
        Shown {
            masked_id: claims.masked_id.to_string(),
            series: series.map_or_else(|_| "其他".to_owned(), |series| series.name().to_owned()),
        }
    }

    fn page<'a>(
        &self,
        claims: &'a Claims,
        shown: &'a Shown,
        qr_text: &'a str,
        now: UnixMillis,
    ) -> Result<CertificateView<'a>, OfficeError> {
        Ok(CertificateView {
            number: claims.number.as_str(),
            holder_name: claims.holder_name.as_str(),
            masked_id: &shown.masked_id,
            series_name: &shown.series,
            level: Bilingual {
                zh: labels::level_zh(claims.level),
                en: Some(labels::level_en(claims.level)),
            },
            title_name: claims.title_name.as_str(),
            specialty: claims.specialty.as_str(),
            obtained_on: printed(claims.obtained_on)?,
            issued_on: printed(PartialDate::Day(claims.issued_on))?,
            obtain_method: Bilingual {
                zh: labels::obtain_method_zh(claims.obtain_method),
                en: Some(labels::obtain_method_en(claims.obtain_method)),
            },
            approval_document: claims.approval_document.as_str(),
            committee_name: claims.committee_name.as_str(),
            issuer: Bilingual {
                zh: "重庆市职称改革办公室",
                en: Some("Chongqing Title Reform Office"),
            },
            qr_text,
            marking: self.settings.marking,
            created: timestamp(now),
        })
    }
}

fn printed(date: PartialDate) -> Result<PrintedDate, OfficeError> {
    Ok(PrintedDate::parse(&date.to_string())?)
}

fn timestamp(now: UnixMillis) -> jiff::Timestamp {
    let seconds = i64::try_from(now.get() / 1000).unwrap_or_default();
    jiff::Timestamp::from_second(seconds).unwrap_or_default()
}
