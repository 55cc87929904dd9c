//! Measures QR decoders on degraded frames of a certificate's code, as printed in the documentation of
//! `verifier::scan`: `cargo run --release -p verifier --example decoders [DIRECTORY]` writes the frames
//! into the directory, too. (zxing-cpp is not run here: it needs a C++ compiler.)

mod frames;

use std::{
    collections::BTreeMap,
    error::Error,
    path::PathBuf,
    time::{Duration, Instant},
};

use image::GrayImage;
use rxing::{BarcodeFormat, DecodeHints, helpers::detect_in_luma_slice_with_hints};
use verifier::{check::Input, scan::find_codes};

type Decoder = fn(&GrayImage) -> Option<String>;

const DECODERS: [(&str, Decoder); 3] = [("rqrr", rqrr), ("rxing", rxing), ("scan", scan)];

fn main() -> Result<(), Box<dyn Error>> {
    let frames = frames::all()?;
    if let Some(directory) = std::env::args_os().nth(1).map(PathBuf::from) {
        std::fs::create_dir_all(&directory)?;
        for (number, frame) in frames.iter().enumerate() {
            frame.picture.save(directory.join(format!("{number:03} {}.png", frame.kind)))?;
        }
    }
    let mut table: BTreeMap<&str, (usize, [usize; 3])> = BTreeMap::new();
    let mut spent = [(Duration::ZERO, Duration::ZERO); 3];
    let text = frames::text();
    for frame in &frames {
        let (count, read) = table.entry(frame.kind).or_default();
        *count += 1;
        for (((_, decode), read), (sum, worst)) in DECODERS.iter().zip(read).zip(&mut spent) {
            let start = Instant::now();
            *read += usize::from(decode(&frame.picture).as_deref() == Some(&text));
            *sum += start.elapsed();
            *worst = (*worst).max(start.elapsed());
        }
    }
    print(&table, &spent);
    Ok(())
}

fn print(table: &BTreeMap<&str, (usize, [usize; 3])>, spent: &[(Duration, Duration); 3]) {
    println!("{:14} {:>4} {:>8} {:>8} {:>8}", "frames", "n", "rqrr", "rxing", "scan");
    let mut sum = (0, [0; 3]);
    for (kind, (count, read)) in table {
        println!("{kind:14} {count:4} {:8} {:8} {:8}", read[0], read[1], read[2]);
        sum.0 += count;
        sum.1.iter_mut().zip(read).for_each(|(sum, read)| *sum += read);
    }
    println!("{:14} {:4} {:8} {:8} {:8}", "all", sum.0, sum.1[0], sum.1[1], sum.1[2]);
    let mean = spent.map(|(total, _)| total.as_secs_f64() * 1e3 / f64::from(sum.0 as u32));
    let worst = spent.map(|(_, worst)| worst.as_secs_f64() * 1e3);
    println!("{:19} {:8.1} {:8.1} {:8.1}", "ms, mean", mean[0], mean[1], mean[2]);
    println!("{:19} {:8.1} {:8.1} {:8.1}", "ms, longest", worst[0], worst[1], worst[2]);
}

fn rqrr(picture: &GrayImage) -> Option<String> {
    let mut prepared = rqrr::PreparedImage::prepare(picture.clone());
    prepared.detect_grids().iter().find_map(|grid| Some(grid.decode().ok()?.1))
}

fn rxing(picture: &GrayImage) -> Option<String> {
    let mut hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    let (width, height) = picture.dimensions();
    let format = Some(BarcodeFormat::QR_CODE);
    let found = detect_in_luma_slice_with_hints(picture, width, height, format, &mut hints).ok()?;
    Some(found.getText().to_owned())
}

fn scan(picture: &GrayImage) -> Option<String> {
    match find_codes(picture).certificate().ok()? {
        Input::QrText(text) => Some(text),
        Input::Proved { .. } | Input::Receipt(_) => None,
    }
}
