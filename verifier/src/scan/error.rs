//! Why a file holds nothing to check: a closed set with stable names, and for a person what to do next.

/// A limit that was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge {
    /// What is counted: `bytes` or `pixels`.
    pub unit: &'static str,
    /// How many there are, where that is known.
    pub found: u64,
    /// How many there may be.
    pub limit: u64,
}

/// Why nothing to check was found.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// Nothing was handed in.
    #[error("the file is empty")]
    Empty,
    /// Larger than we look at.
    #[error("{} {} are more than {}", .0.found, .0.unit, .0.limit)]
    TooLarge(TooLarge),
    /// None of the kinds of files that we know.
    #[error("neither PNG, JPEG, PDF, receipt nor text")]
    UnknownKind,
    /// A picture in a format that we do not decode.
    #[error("{name} pictures are not read")]
    PictureFormat {
        /// The format's name.
        name: &'static str,
    },
    /// Damaged, or cut off.
    #[error("the picture does not decode")]
    PictureUnreadable(#[source] image::ImageError),
    /// No QR code was found.
    #[error("no QR code found")]
    NoQrCode,
    /// QR codes, but none of a certificate.
    #[error("{count} QR codes, none of a certificate")]
    OtherQrCode {
        /// How many.
        count: usize,
    },
    /// Several certificates at once. One answer to two questions could be taken for the wrong one.
    #[error("{count} different certificates in one file")]
    SeveralCertificates {
        /// How many.
        count: usize,
    },
    /// A PDF without our attachments and without a readable picture of the code.
    #[error("a PDF without a certificate's attachments or a readable QR code")]
    NotOurPdf,
    /// A PDF that is encrypted.
    #[error("the PDF is encrypted")]
    PdfEncrypted,
    /// The attachments of a PDF contradict each other: somebody exchanged one of them.
    #[error("the PDF's QR text and its attached certificate differ")]
    PdfPartsDisagree,
}

impl ScanError {
    /// The stable name in `--json` and in the API.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "input_empty",
            Self::TooLarge(_) => "input_too_large",
            Self::UnknownKind => "file_kind_unknown",
            Self::PictureFormat { .. } => "picture_format",
            Self::PictureUnreadable(_) => "picture_unreadable",
            Self::NoQrCode => "no_qr_code_found",
            Self::OtherQrCode { .. } => "qr_not_ours",
            Self::SeveralCertificates { .. } => "several_certificates",
            Self::NotOurPdf => "not_our_pdf",
            Self::PdfEncrypted => "pdf_encrypted",
            Self::PdfPartsDisagree => "pdf_parts_disagree",
        }
    }

    /// What is wrong and what to do, in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "没有内容。请选择文件，或粘贴二维码文字。".to_owned(),
            Self::TooLarge(limit) => {
                format!("内容过大（最多{}）。请改用证书PDF原件，或裁剪后的照片。", limit.zh())
            }
            Self::UnknownKind => {
                "不认识这种文件。请提供证书PDF、二维码照片（JPEG或PNG）、核验回执，或粘贴二维码文字。"
                    .to_owned()
            }
            Self::PictureFormat { name } => {
                format!("暂不支持{name}图片。请另存为JPEG或PNG，或对二维码截图后再试。")
            }
            Self::PictureUnreadable(_) => {
                "图片已损坏或不完整。请重新拍照或重新下载后再试。".to_owned()
            }
            Self::NoQrCode => {
                "图中没有读到二维码。请对准证书右下角的二维码重拍：占满画面、对焦清晰、避免反光。"
                    .to_owned()
            }
            Self::OtherQrCode { .. } => {
                "读到了二维码，但不是职称电子证书的二维码。请拍证书右下角的二维码。".to_owned()
            }
            Self::SeveralCertificates { .. } => {
                "其中有两份以上不同的证书。请每次只提交一份，以免认错结果。".to_owned()
            }
            Self::NotOurPdf => {
                "这份PDF不含证书数据，也没有可读的二维码图像。请使用下载的证书PDF原件，或对二维码拍照、截图。"
                    .to_owned()
            }
            Self::PdfEncrypted => {
                "这份PDF已加密，无法读取。请使用下载的证书PDF原件，或对二维码拍照、截图。".to_owned()
            }
            Self::PdfPartsDisagree => {
                "这份PDF内的二维码文字与所附证书数据不一致，文件可能被改动。请勿采信，请向持证人索取原件。"
                    .to_owned()
            }
        }
    }

    /// What is wrong and what to do, in English.
    #[must_use]
    pub fn en(&self) -> String {
        match self {
            Self::Empty => "There is nothing in it. Choose a file, or paste the QR text.".to_owned(),
            Self::TooLarge(limit) => format!(
                "That is too large (at most {}). Use the original PDF, or a cropped picture.",
                limit.en()
            ),
            Self::UnknownKind => {
                "This kind of file is not known here. Hand in the certificate's PDF, a picture of the QR code (JPEG or PNG), a receipt, or paste the QR text.".to_owned()
            }
            Self::PictureFormat { name } => format!(
                "{name} pictures are not read here. Save it as JPEG or PNG, or take a screenshot of the QR code."
            ),
            Self::PictureUnreadable(_) => {
                "The picture is damaged or cut off. Take it or download it again.".to_owned()
            }
            Self::NoQrCode => {
                "No QR code was found. Photograph the code at the certificate's lower right again: fill the frame, in focus, without reflections.".to_owned()
            }
            Self::OtherQrCode { .. } => {
                "There is a QR code, but not a title certificate's. Photograph the code at the certificate's lower right.".to_owned()
            }
            Self::SeveralCertificates { .. } => {
                "There are several different certificates in it. Hand in one at a time, so that no answer is taken for another's.".to_owned()
            }
            Self::NotOurPdf => {
                "This PDF carries no certificate data and no readable picture of the QR code. Use the original PDF, or take a picture of the QR code.".to_owned()
            }
            Self::PdfEncrypted => {
                "This PDF is encrypted. Use the original PDF, or take a picture of the QR code.".to_owned()
            }
            Self::PdfPartsDisagree => {
                "The QR text and the certificate attached to this PDF differ: it may have been tampered with. Do not rely on it; ask the holder for the original.".to_owned()
            }
        }
    }
}

impl TooLarge {
    fn zh(self) -> String {
        match self.unit {
            "pixels" => format!("{}万像素", self.limit / 10_000),
            _ => self.size(),
        }
    }

    fn en(self) -> String {
        match self.unit {
            "pixels" => format!("{} megapixels", self.limit / 1_000_000),
            _ => self.size(),
        }
    }

    fn size(self) -> String {
        match self.limit >> 20 {
            0 => format!("{} KB", self.limit >> 10),
            megabytes => format!("{megabytes} MB"),
        }
    }
}
