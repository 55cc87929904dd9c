//! How a title was obtained, as lists write it.

use ledger::certificate::ObtainMethod;

/// Reads a normalised word of the column 取得方式.
pub fn read_method(text: &str) -> Option<ObtainMethod> {
    match text {
        "评审" | "评审取得" => Some(ObtainMethod::Review),
        "初定" | "考核认定" | "初定/考核认定" | "认定" => {
            Some(ObtainMethod::InitialDetermination)
        }
        "考试" | "以考代评" => Some(ObtainMethod::Examination),
        "转移确认" | "确认" => Some(ObtainMethod::TransferConfirmation),
        _ => None,
    }
}

/// The method as certificates show it.
pub const fn method_zh(method: ObtainMethod) -> &'static str {
    match method {
        ObtainMethod::Review => "评审",
        ObtainMethod::InitialDetermination => "考核认定",
        ObtainMethod::Examination => "考试",
        ObtainMethod::TransferConfirmation => "转移确认",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_certificates_show() {
        for method in ObtainMethod::ALL {
            assert_eq!(read_method(method_zh(*method)), Some(*method));
        }
        assert_eq!(read_method("赠送"), None);
    }
}
