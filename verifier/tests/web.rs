//! The pages and the API, in process, with canned answers.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::{num::NonZeroUsize, sync::Arc};

use axum::{
    body::Body,
    http::{
        HeaderMap, Method, Request, StatusCode,
        header::{
            ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY,
            CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
        },
    },
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use verifier::{
    labels::{outcome_en, outcome_zh},
    verdict::Outcome,
    web::{POLICY, Settings, TrustedKeys, router},
};

use crate::canned::{Canned, TEXTS};

mod canned;

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    fn header(&self, name: impl axum::http::header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn answer(request: Request<Body>) -> Answer {
    let mut settings = Settings::new(TrustedKeys::Own);
    settings.checks_at_a_time = NonZeroUsize::MIN;
    settings.lookup = Some("https://lookup.example.cn/".to_owned());
    let response = router(Arc::new(Canned), None, settings).oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.into_body().collect().await.unwrap().to_bytes().to_vec();
    Answer { status, headers, body }
}

async fn get(path: &str) -> Answer {
    answer(Request::get(path).body(Body::empty()).unwrap()).await
}

async fn post_json(body: impl Into<Body>) -> Answer {
    let request = Request::post("/api/v1/check").header(CONTENT_TYPE, "application/json");
    answer(request.body(body.into()).unwrap()).await
}

async fn ask(text: &str) -> Answer {
    post_json(json!({ "qr": text }).to_string()).await
}

const BOUNDARY: &str = "----limit";

fn form(path: &str, fields: &[(&str, &[u8])]) -> Request<Body> {
    let mut body = Vec::new();
    for (name, content) in fields {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"x\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    Request::post(path).header(CONTENT_TYPE, kind).body(Body::from(body)).unwrap()
}

fn assert_error(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["error"], code);
    assert!(!body["message_zh"].as_str().unwrap().is_empty());
    assert!(!body["message_en"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn every_verdict_has_its_page_with_its_banner_and_words() {
    for (text, outcome) in TEXTS {
        for (lang, word) in [("zh", outcome_zh(outcome)), ("en", outcome_en(outcome))] {
            let path = format!("/check?lang={lang}");
            let page = answer(form(&path, &[("file", b""), ("text", text.as_bytes())])).await;
            assert_eq!(page.status, StatusCode::OK);
            let page = page.text();
            assert!(page.contains(&format!("class=\"banner {}\"", outcome.name())), "{text}");
            assert!(page.to_lowercase().contains(&format!("<h1>{word}</h1>")), "{text} {lang}");
            for other in Outcome::ALL.iter().filter(|other| **other != outcome) {
                assert!(!page.contains(&format!("class=\"banner {}\"", other.name())), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_shows_the_claims_the_time_and_what_was_established() {
    let page = answer(form("/check", &[("text", TEXTS[0].0.as_bytes())])).await;
    for expected in [
        "董平燕",
        "500****1011",
        "正高级工程师",
        "工程技术人员",
        "CQ2026000012345",
        "2026-11-24 10:15:00",
        "北京时间",
        "123456",
        "2026-03-13 09:30:00",
        "证书签名真实，内容未被改动",
        "出示人即持证人（请核对身份证件）",
    ] {
        assert!(page.text().contains(expected), "{expected}");
    }
}

#[tokio::test]
async fn a_wrong_signature_shows_no_claims() {
    let page = answer(form("/check", &[("text", b"https://verify.example.cn/v#8")])).await;
    assert!(page.text().contains("签名未能核实，因此不显示证书内容"));
    assert!(!page.text().contains("董平燕"));
}

#[tokio::test]
async fn a_superseded_document_shows_the_way_to_the_current_one() {
    let page = answer(form("/check", &[("text", b"https://verify.example.cn/v#5")])).await;
    assert!(page.text().contains("href=\"https://lookup.example.cn/\""));
    assert!(page.text().contains("重新下载并出示最新版"));
}

#[tokio::test]
async fn what_came_later_is_said_before_everything_else() {
    let page = answer(form("/check", &[("text", b"https://verify.example.cn/v#01")])).await;
    let (alert, banner) = (page.text().find("card alert"), page.text().find("class=\"banner"));
    assert!(alert.is_some() && alert < banner);
}

#[tokio::test]
async fn the_api_answers_like_the_command_line_and_adds_the_receipt() {
    for (text, outcome) in TEXTS {
        let answer = ask(text).await;
        assert_eq!(answer.status, StatusCode::OK);
        let body = answer.json();
        assert_eq!(body["verdict"], outcome.name());
        assert_eq!(body["input"], "qr");
        assert_eq!(body["as_of"].as_str().unwrap().len(), "2026-11-24T10:15:00+08:00".len());
        assert_eq!(body["checkpoint_size"], 123_456);
        assert!(body["established"].is_array() && body["not_established"].is_array());
        assert!(STANDARD.decode(body["receipt"].as_str().unwrap()).unwrap().len() > 100);
    }
}

#[tokio::test]
async fn the_api_takes_a_form_with_a_file() {
    let answer = answer(form("/api/v1/check", &[("file", TEXTS[1].0.as_bytes())])).await;
    assert_eq!(
        (answer.json()["verdict"].as_str(), answer.json()["input"].as_str()),
        (Some("revoked"), Some("file"))
    );
}

#[tokio::test]
async fn a_receipt_goes_out_and_comes_in_again() {
    let receipt = ask(TEXTS[0].0).await.json()["receipt"].as_str().unwrap().to_owned();
    let again = post_json(json!({ "receipt": receipt }).to_string()).await;
    assert_eq!(again.json()["verdict"], "valid");
    let page = answer(form("/check?lang=en", &[("receipt", receipt.as_bytes())])).await;
    assert!(page.text().contains("class=\"banner valid\""));
    let file = answer(form("/receipt", &[("receipt", receipt.as_bytes())])).await;
    assert_eq!(file.body, STANDARD.decode(receipt).unwrap());
    assert!(file.header(CONTENT_DISPOSITION).starts_with("attachment; filename="));
}

#[tokio::test]
async fn only_receipts_are_given_back_as_files() {
    let html = STANDARD.encode("<script>alert(1)</script>");
    let answer = answer(form("/receipt", &[("receipt", html.as_bytes())])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.header(CONTENT_DISPOSITION), "");
}

#[tokio::test]
async fn pages_and_answers_carry_the_headers_that_protect_them() {
    let page = answer(form("/check", &[("text", TEXTS[0].0.as_bytes())])).await;
    for answer in [get("/").await, get("/v").await, page, ask(TEXTS[0].0).await, get("/x").await] {
        assert_eq!(answer.header(CONTENT_SECURITY_POLICY), POLICY);
        assert_eq!(answer.header(REFERRER_POLICY), "no-referrer");
        assert_eq!(answer.header(X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(answer.header(CACHE_CONTROL), "no-store");
    }
    assert!(POLICY.starts_with("default-src 'none';") && !POLICY.contains("unsafe"));
}

#[tokio::test]
async fn no_page_has_inline_scripts_or_styles_or_anything_of_others() {
    let page = answer(form("/check", &[("text", TEXTS[0].0.as_bytes())])).await;
    for page in [get("/").await, get("/v?lang=en").await, page, get("/nothing").await] {
        let page = page.text();
        assert!(!page.contains(" style=") && !page.contains("<style"), "{page}");
        assert!(!page.contains(" onclick=") && !page.contains("javascript:"), "{page}");
        for script in page.split("<script").skip(1) {
            assert!(script.starts_with(" type=\"module\" src=\"/assets/"), "{script}");
        }
        for source in page.split("src=\"").skip(1) {
            assert!(source.starts_with("/assets/"), "{source}");
        }
    }
}

#[tokio::test]
async fn what_was_handed_in_is_text_and_never_markup() {
    let text = "https://x/v#1<script>alert(1)</script>\"><img src=x>";
    let page = answer(form("/check", &[("text", text.as_bytes())])).await;
    assert!(page.text().contains("&#60;script&#62;") && !page.text().contains("<script>alert"));
}

#[tokio::test]
async fn the_language_is_the_chosen_one_or_the_browsers_or_chinese() {
    let chosen = get("/?lang=en").await;
    assert!(chosen.text().contains("<html lang=\"en\">"));
    assert!(get("/").await.text().contains("<html lang=\"zh-CN\">"));
    let request = Request::get("/v").header(ACCEPT_LANGUAGE, "en-US,en;q=0.9,zh;q=0.8");
    let browsers = answer(request.body(Body::empty()).unwrap()).await;
    assert!(browsers.text().contains("<html lang=\"en\">"));
}

#[tokio::test]
async fn the_landing_page_explains_itself_without_scripts() {
    let page = get("/v").await;
    let noscript =
        page.text().split("<noscript>").nth(1).unwrap().split("</noscript>").next().unwrap();
    assert!(noscript.contains("浏览器未启用脚本"));
    assert!(page.text().contains("action=\"/check?lang=zh\""));
}

#[tokio::test]
async fn the_assets_that_a_page_names_are_there_and_may_be_kept() {
    let page = get("/v").await;
    let mut seen = 0;
    for link in page.text().split(['"']).filter(|part| part.starts_with("/assets/")) {
        let asset = get(link).await;
        assert_eq!(asset.status, StatusCode::OK, "{link}");
        assert!(asset.header(CACHE_CONTROL).contains("immutable"));
        seen += 1;
    }
    assert!(seen >= 3, "{seen}");
    assert_eq!(get("/assets/0/style.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_both_forms() {
    let huge = vec![b'7'; 17 << 20];
    let refused = answer(form("/api/v1/check", &[("file", &huge)])).await;
    assert_error(&refused, StatusCode::PAYLOAD_TOO_LARGE, "input_too_large");
    let refused = post_json(format!("{{\"qr\": \"{}\"}}", "7".repeat(500_000))).await;
    assert_error(&refused, StatusCode::PAYLOAD_TOO_LARGE, "input_too_large");
    let page = answer(form("/check", &[("file", &huge)])).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.text().contains("内容过大"));
}

#[tokio::test]
async fn other_media_types_are_refused() {
    let request = Request::post("/api/v1/check").header(CONTENT_TYPE, "text/plain");
    let refused = answer(request.body(Body::from(TEXTS[0].0)).unwrap()).await;
    assert_error(&refused, StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type");
    let bare = answer(Request::post("/api/v1/check").body(Body::from("{}")).unwrap()).await;
    assert_error(&bare, StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type");
}

#[tokio::test]
async fn malformed_json_is_refused() {
    let both = json!({ "qr": "a", "receipt": "b" }).to_string();
    for body in [
        "",
        "{",
        "[]",
        "{}",
        "{\"qr\": 7}",
        "{\"qr\": \"x\", \"more\": 1}",
        "{\"receipt\": \"?\"}",
        &both,
    ] {
        let refused = post_json(body.to_owned()).await;
        assert_error(&refused, StatusCode::BAD_REQUEST, "json_malformed");
    }
}

#[tokio::test]
async fn malformed_forms_are_refused() {
    for request in [
        form("/api/v1/check", &[]),
        form("/api/v1/check", &[("other", b"x")]),
        form("/api/v1/check", &[("receipt", b"not base64")]),
        form("/api/v1/check", &[("text", b"\xff\xfe")]),
        Request::post("/api/v1/check")
            .header(CONTENT_TYPE, "multipart/form-data")
            .body(Body::from("x"))
            .unwrap(),
        Request::post("/api/v1/check")
            .header(CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from("--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\ncut"))
            .unwrap(),
    ] {
        assert_error(&answer(request).await, StatusCode::BAD_REQUEST, "form_malformed");
    }
}

#[tokio::test]
async fn hostile_and_foreign_files_get_an_error_that_names_them() {
    let mut png =
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\0\0\0\0".to_vec();
    png.extend([0; 40]);
    for (file, code) in [
        (png.as_slice(), "picture_unreadable"),
        (b"\xff\xd8\xff\xe0 not a jpeg", "picture_unreadable"),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "not_our_pdf"),
        (b"\x00\x01\x02\xff", "file_kind_unknown"),
        (b"https://example.com/", "qr_not_ours"),
    ] {
        let refused = answer(form("/api/v1/check", &[("file", file)])).await;
        assert_error(&refused, StatusCode::UNPROCESSABLE_ENTITY, code);
    }
}

#[tokio::test]
async fn a_text_that_is_cut_off_says_so_and_offers_the_form_again() {
    let page = answer(form("/check?lang=en", &[("text", b"https://verify.example.cn/v#02")])).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("The text is cut off."));
    assert!(page.text().contains("<code>qr_cut_off</code>"));
    assert!(page.text().contains("id=\"hand-in\""));
}

#[tokio::test]
async fn a_bug_in_a_check_is_an_error_and_not_the_end_of_the_server() {
    assert_error(
        &ask("https://verify.example.cn/v#03").await,
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
    );
    let page = answer(form("/check", &[("text", b"https://verify.example.cn/v#03")])).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.text().contains("这不表示证书无效"));
}

#[tokio::test]
async fn wrong_methods_and_unknown_pages_are_told_apart() {
    let refused = answer(Request::get("/api/v1/check").body(Body::empty()).unwrap()).await;
    assert_error(&refused, StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
    assert_eq!(refused.header(ALLOW), "POST");
    let request = Request::builder().method(Method::DELETE).uri("/").body(Body::empty()).unwrap();
    assert_eq!(answer(request).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let missing = get("/admin?lang=en").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.text().contains("There is no such page."));
    assert_eq!(missing.header(RETRY_AFTER), "");
}

#[tokio::test]
async fn the_server_says_that_it_is_up() {
    let answer = get("/healthz").await;
    assert_eq!((answer.status, answer.text()), (StatusCode::OK, "ok\n"));
}
