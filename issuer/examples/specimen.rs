//! Prints an ordinary specimen, one with very long fields, and one without the marks of a specimen:
//! `cargo run -p issuer --example specimen [DIRECTORY]`.

use std::{error::Error, path::PathBuf, time::Instant};

use issuer::document::{Attachments, Bilingual, CertificateView, Marking, PrintedDate, pdf};

fn main() -> Result<(), Box<dyn Error>> {
    let directory =
        std::env::args_os().nth(1).map_or_else(|| "target/specimen".into(), PathBuf::from);
    std::fs::create_dir_all(&directory)?;
    let digits: String =
        (0..729u32).filter_map(|n| char::from_digit((n * 7 + n / 3) % 10, 10)).collect();
    let qr_text = format!("https://zhengshu.example.gov.cn/v#{digits}");
    let files =
        Attachments { certificate: &[0xD2; 300], log_proof: Some(b"c2sp.org/tlog-proof@v1\n") };
    pdf(&ordinary(&qr_text)?, &files)?; // reads the font, which is done once for the life of a program
    let official = CertificateView { marking: Marking::Official, ..ordinary(&qr_text)? };
    let views =
        [("ordinary", ordinary(&qr_text)?), ("long", long(&qr_text)?), ("official", official)];
    for (name, view) in views {
        let start = Instant::now();
        let bytes = pdf(&view, &files)?;
        let path = directory.join(name).with_extension("pdf");
        println!(
            "{}: {} bytes, {:.1} ms",
            path.display(),
            bytes.len(),
            start.elapsed().as_secs_f64() * 1e3
        );
        std::fs::write(path, bytes)?;
    }
    Ok(())
}

fn ordinary(qr_text: &str) -> Result<CertificateView<'_>, Box<dyn Error>> {
    Ok(CertificateView {
        number: "CQ-2026-05-0000123",
        holder_name: "董平燕",
        masked_id: "500***********1011",
        series_name: "工程技术人员",
        level: Bilingual { zh: "正高级", en: Some("Senior (full)") },
        title_name: "正高级工程师",
        specialty: "信息与通信工程",
        obtained_on: PrintedDate::parse("2026-02-12")?,
        issued_on: PrintedDate::parse("2026-03-13")?,
        obtain_method: Bilingual { zh: "评审", en: Some("By review") },
        approval_document: "渝职改办〔2026〕64号",
        committee_name: "重庆市工程技术职称评审委员会（第1）",
        issuer: Bilingual {
            zh: "重庆市职称改革办公室",
            en: Some("Chongqing Municipal Office for Professional Title Reform"),
        },
        qr_text,
        marking: Marking::Specimen,
        created: "2026-03-13T09:30:00+08:00".parse()?,
    })
}

fn long(qr_text: &str) -> Result<CertificateView<'_>, Box<dyn Error>> {
    Ok(CertificateView {
        number: "CQ-2026-05-0000123-REISSUE-2026-000000017",
        holder_name: "阿卜杜热合曼·买买提吐尔逊·阿卜杜克热木·伊斯拉木江",
        series_name: "哲学社会科学研究人员（含党校、行政学院、社会主义学院系统）",
        title_name: "国家职业资格对应之高级技术职务（教授级高级工程师，研究员级）",
        specialty: "城市轨道交通信号与控制（含通信、供电、车辆、机电设备监控及综合自动化）及其相关交叉学科",
        approval_document: "重庆市人力资源和社会保障局、重庆市职称改革办公室渝职改办〔2026〕1064号",
        committee_name: "重庆市工程技术人员（城市轨道交通、建筑、市政公用、水利水电、交通运输、\
                         信息通信、生态环境、安全生产专业）正高级及副高级职称评审委员会（第12）",
        obtain_method: Bilingual {
            zh: "转移确认（由其他省、自治区、直辖市转入）",
            en: Some(
                "By confirmation of a title obtained in another province, region or municipality",
            ),
        },
        ..ordinary(qr_text)?
    })
}
