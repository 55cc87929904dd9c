//! Degraded frames of one code, the same on every run.

use std::{error::Error, f32::consts::SQRT_2};

use image::{GrayImage, ImageError, Luma, codecs::jpeg::JpegEncoder, imageops};
use qrcode::{EcLevel, QrCode, types::Color};

/// One picture of the code.
pub struct Frame {
    /// What was done to it.
    pub kind: &'static str,
    /// The picture.
    pub picture: GrayImage,
}

/// A text like a certificate's, which needs version 13.
pub fn text() -> String {
    let digits =
        (0..729u32).filter_map(|n| char::from_digit((n * 7 + n / 3 + n * n % 11) % 10, 10));
    format!("https://zs.cq.gov.cn/v#{}", digits.collect::<String>())
}

/// Pixels of a module when 36 mm are scanned.
fn printed(dpi: f32) -> f32 {
    36.0 / 25.4 * dpi / 69.0
}

/// All frames.
pub fn all() -> Result<Vec<Frame>, Box<dyn Error>> {
    let code = Code::new()?;
    let mut frames = Vec::new();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    geometry(&code, &mut frames);
    tones(&code, &mut dice, &mut frames);
    faxes(&code, &mut dice, &mut frames);
    pages(&code, &mut dice, &mut frames)?;
    telephone(&code, &mut dice, &mut frames)?;
    Ok(frames)
}

fn geometry(code: &Code, frames: &mut Vec<Frame>) {
    for scale in [2.0, 3.0, 4.0, 6.0, 8.0, 12.0] {
        let side = (scale * 85.0) as u32;
        frames.push(Frame { kind: "sharp", picture: code.shot(Shot::straight(side, side, scale)) });
    }
    for angle in [3.0, 7.0, 15.0, 30.0, 45.0, 60.0, 90.0, 135.0, 180.0, 270.0] {
        for scale in [3.0, 5.0] {
            let shot = Shot { angle, ..Shot::straight(800, 700, scale) };
            frames.push(Frame { kind: "rotated", picture: code.shot(shot) });
        }
    }
    for tilt in [0.2, 0.4, 0.6, 0.8, 1.0] {
        for (x, y) in [(1.0, 0.0), (0.0, 1.0), (0.7, -0.7)] {
            let tilt = (tilt * x, tilt * y);
            let shot = Shot { tilt, angle: 5.0, ..Shot::straight(900, 800, 6.0) };
            frames.push(Frame { kind: "perspective", picture: code.shot(shot) });
        }
    }
}

fn tones(code: &Code, dice: &mut Dice, frames: &mut Vec<Frame>) {
    let tilted = |scale| code.shot(Shot { angle: 4.0, ..Shot::straight(700, 600, scale) });
    for sigma in [1.0, 1.4, 1.8, 2.2, 2.6, 3.0] {
        for scale in [3.0, 4.0] {
            let picture = imageops::blur(&tilted(scale), sigma);
            frames.push(Frame { kind: "blurred", picture });
        }
    }
    for sigma in [15.0, 30.0, 45.0, 60.0, 80.0] {
        for scale in [3.0, 5.0] {
            let mut picture = tilted(scale);
            noise(&mut picture, sigma, dice);
            frames.push(Frame { kind: "noisy", picture });
        }
    }
    for span in [120.0, 60.0, 40.0, 25.0, 15.0] {
        for fall in [0.0, 0.5, 0.8] {
            let mut picture = tilted(4.0);
            light(&mut picture, span, 150.0, fall);
            noise(&mut picture, span / 25.0, dice);
            frames.push(Frame { kind: "low contrast", picture });
        }
    }
}

fn faxes(code: &Code, dice: &mut Dice, frames: &mut Vec<Frame>) {
    let kinds = [("fax, 100 dpi", 100.0, 30, 12.0), ("fax, 200 dpi", 200.0, 10, 25.0)];
    for (kind, dpi, count, sigma) in kinds {
        for number in 0..count {
            let scale = printed(dpi);
            let side = (scale * 200.0) as u32;
            let angle = dice.between(-1.7, 1.7);
            let centre = (dice.between(0.5, 0.51), dice.between(0.5, 0.51));
            let shot = Shot { angle, centre, ..Shot::straight(side, side, scale) };
            let mut picture = code.shot(shot);
            noise(&mut picture, sigma, dice);
            let threshold = 112 + (number % 3) * 10;
            picture.iter_mut().for_each(|level| *level = if *level < threshold { 0 } else { 255 });
            frames.push(Frame { kind, picture });
        }
    }
}

fn pages(code: &Code, dice: &mut Dice, frames: &mut Vec<Frame>) -> Result<(), ImageError> {
    for dpi in [100.0, 150.0, 200.0, 300.0] {
        for angle in [0.0, 1.5] {
            let (width, height) = (297.0 / 25.4 * dpi, 210.0 / 25.4 * dpi);
            let straight = Shot::straight(width as u32, height as u32, printed(dpi));
            let mut picture = code.shot(Shot { angle, centre: (0.85, 0.75), ..straight });
            noise(&mut picture, 8.0, dice);
            frames.push(Frame { kind: "whole page", picture: jpeg(&picture, 60)? });
        }
    }
    for quality in [40, 20, 12, 8] {
        for scale in [3.0, 5.0] {
            let shot = Shot { angle: 6.0, ..Shot::straight(700, 600, scale) };
            frames.push(Frame { kind: "JPEG", picture: jpeg(&code.shot(shot), quality)? });
        }
    }
    Ok(())
}

/// Everything at once, as a hand with a telephone does it.
fn telephone(code: &Code, dice: &mut Dice, frames: &mut Vec<Frame>) -> Result<(), ImageError> {
    for _ in 0..40 {
        let scale = dice.between(2.6, 6.0);
        let shot = Shot {
            angle: dice.between(-180.0, 180.0),
            tilt: (dice.between(-0.5, 0.5), dice.between(-0.5, 0.5)),
            centre: (dice.between(0.4, 0.6), dice.between(0.4, 0.6)),
            ..Shot::straight(1280, 960, scale)
        };
        let mut picture = imageops::blur(&code.shot(shot), dice.between(0.3, 0.32 * scale));
        let (span, middle) = (dice.between(70.0, 200.0), dice.between(110.0, 150.0));
        light(&mut picture, span, middle, dice.between(0.0, 0.6));
        let sigma = dice.between(2.0, 12.0);
        noise(&mut picture, sigma, dice);
        frames.push(Frame { kind: "telephone", picture: jpeg(&picture, 70)? });
    }
    Ok(())
}

/// How the code is photographed.
#[derive(Clone, Copy)]
struct Shot {
    width: u32,
    height: u32,
    /// Pixels of a module.
    scale: f32,
    /// Degrees.
    angle: f32,
    /// Perspective: by how much the scale changes over the picture, each way.
    tilt: (f32, f32),
    /// Where the code's centre lies, as shares of width and height.
    centre: (f32, f32),
}

impl Shot {
    const fn straight(width: u32, height: u32, scale: f32) -> Self {
        Self { width, height, scale, angle: 0.0, tilt: (0.0, 0.0), centre: (0.5, 0.5) }
    }
}

/// Samples of a pixel each way.
const SAMPLES: u32 = 3;

struct Code {
    side: usize,
    dark: Vec<bool>,
}

impl Code {
    fn new() -> Result<Self, Box<dyn Error>> {
        let code = QrCode::with_error_correction_level(text(), EcLevel::M)?;
        let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Ok(Self { side: code.width(), dark })
    }

    /// Ink at a place, in modules from the symbol's corner; around it lines of print.
    fn ink(&self, x: f32, y: f32) -> f32 {
        let side = self.side as f32;
        if (0.0..side).contains(&x) && (0.0..side).contains(&y) {
            let at = y as usize * self.side + x as usize;
            return f32::from(u8::from(self.dark.get(at).copied().unwrap_or(false)));
        }
        let near = (-6.0..side + 6.0).contains(&x) && (-6.0..side + 6.0).contains(&y);
        let page = (-70.0..side + 70.0).contains(&x) && (-60.0..side + 40.0).contains(&y);
        let word = (x * 0.9 + (y / 7.0).floor() * 3.7).rem_euclid(2.3) < 1.3;
        let print = y.rem_euclid(7.0) < 3.2 && word;
        f32::from(u8::from(page && !near && print))
    }

    fn shot(&self, shot: Shot) -> GrayImage {
        let (sin, cos) = shot.angle.to_radians().sin_cos();
        let half = self.side as f32 / 2.0;
        let width = shot.width as f32;
        let centre = (width * shot.centre.0, shot.height as f32 * shot.centre.1);
        GrayImage::from_fn(shot.width, shot.height, |x, y| {
            let mut ink = 0.0;
            for sample in 0..SAMPLES * SAMPLES {
                let part = |n: u32| (n as f32 + 0.5) / SAMPLES as f32;
                let u = x as f32 + part(sample % SAMPLES) - centre.0;
                let v = y as f32 + part(sample / SAMPLES) - centre.1;
                let far = 1.0 + (shot.tilt.0 * u + shot.tilt.1 * v) / width;
                let (u, v) = (u / far / shot.scale, v / far / shot.scale);
                ink += self.ink(u * cos + v * sin + half, v * cos - u * sin + half);
            }
            Luma([(245.0 - 225.0 * ink / (SAMPLES * SAMPLES) as f32) as u8])
        })
    }
}

/// Numbers that only look random (xorshift).
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u32 << 24) as f32
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Nearly normal, with deviation 1.
    fn normal(&mut self) -> f32 {
        ((0..6).map(|_| self.unit()).sum::<f32>() - 3.0) * SQRT_2
    }
}

fn noise(picture: &mut GrayImage, sigma: f32, dice: &mut Dice) {
    for level in picture.iter_mut() {
        *level = (f32::from(*level) + sigma * dice.normal()) as u8;
    }
}

/// `span` levels around `middle`, and light that falls off to the right by the share `fall`.
fn light(picture: &mut GrayImage, span: f32, middle: f32, fall: f32) {
    let width = picture.width() as f32;
    for (x, _, Luma([level])) in picture.enumerate_pixels_mut() {
        let lit = (f32::from(*level) - 128.0) / 255.0 * span + middle;
        *level = (lit * (1.0 - fall * x as f32 / width)) as u8;
    }
}

fn jpeg(picture: &GrayImage, quality: u8) -> Result<GrayImage, ImageError> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture)?;
    Ok(image::load_from_memory(&bytes)?.into_luma8())
}
