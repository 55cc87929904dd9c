//! Making a poor picture readable: even light, full contrast, sharper edges, more pixels.

use image::{GrayImage, Luma, imageops};

/// Pixels of one side of a tile whose darkest and lightest levels are looked up. A module of a readable
/// code has 2 to 15 pixels, so a tile and its neighbours always hold dark and light ones.
const TILE: u32 = 32;

/// The smallest difference between dark and light that is stretched: less is noise on plain paper.
const MIN_SPAN: u16 = 8;

/// Stretches the levels around each place to full contrast, so that uneven light and grey prints do
/// not matter.
pub(super) fn even_light(picture: &GrayImage) -> GrayImage {
    let soft = imageops::fast_blur(picture, 0.8);
    let tiles = Tiles::of(&soft);
    let mut even = soft;
    let width = even.width().max(1);
    for (y, row) in even.rows_mut().enumerate() {
        let columns = tiles.row(u32::try_from(y).unwrap_or(u32::MAX), width);
        for (pixel, (dark, light)) in row.zip(columns) {
            let span = light.saturating_sub(dark).max(MIN_SPAN);
            let above = u16::from(pixel.0[0]).saturating_sub(dark);
            *pixel = Luma([to_level(u32::from(above) * 255 / u32::from(span))]);
        }
    }
    even
}

/// Sharpens edges that a blur has softened (unsharp mask).
pub(super) fn sharper(picture: &GrayImage) -> GrayImage {
    let soft = imageops::fast_blur(picture, 2.5);
    let mut sharp = picture.clone();
    for (pixel, soft) in sharp.iter_mut().zip(soft.iter()) {
        let level = i32::from(*pixel) * 3 - i32::from(*soft) * 2;
        *pixel = to_level(u32::try_from(level.max(0)).unwrap_or_default());
    }
    sharp
}

/// Twice as many pixels each way: modules of two pixels become modules of four.
pub(super) fn doubled(picture: &GrayImage) -> GrayImage {
    let (width, height) = (picture.width().saturating_mul(2), picture.height().saturating_mul(2));
    imageops::resize(picture, width, height, imageops::FilterType::CatmullRom)
}

/// Half as many pixels each way: noise averages out.
pub(super) fn halved(picture: &GrayImage) -> GrayImage {
    let (width, height) = ((picture.width() / 2).max(1), (picture.height() / 2).max(1));
    imageops::resize(picture, width, height, imageops::FilterType::Triangle)
}

/// Dark for light, as some screens show codes.
pub(super) fn inverted(picture: &GrayImage) -> GrayImage {
    let mut picture = picture.clone();
    imageops::invert(&mut picture);
    picture
}

fn to_level(level: u32) -> u8 {
    u8::try_from(level.min(255)).unwrap_or(255)
}

/// The darkest and the lightest level around each tile.
struct Tiles {
    columns: u32,
    rows: u32,
    levels: Vec<(u8, u8)>,
}

impl Tiles {
    fn of(picture: &GrayImage) -> Self {
        let (columns, rows) = (picture.width().div_ceil(TILE), picture.height().div_ceil(TILE));
        let mut own = Self { columns, rows, levels: vec![(255, 0); (columns * rows) as usize] };
        for (x, y, Luma([level])) in picture.enumerate_pixels() {
            if let Some((dark, light)) =
                own.levels.get_mut((y / TILE * columns + x / TILE) as usize)
            {
                *dark = (*dark).min(*level);
                *light = (*light).max(*level);
            }
        }
        own.widened()
    }

    /// Each tile takes its neighbours' extremes, so that none lies wholly within one module.
    fn widened(self) -> Self {
        let mut levels = Vec::with_capacity(self.levels.len());
        for row in 0..self.rows {
            for column in 0..self.columns {
                levels.push(self.around(column, row));
            }
        }
        Self { levels, ..self }
    }

    fn around(&self, column: u32, row: u32) -> (u8, u8) {
        let rows = row.saturating_sub(1)..=(row + 1).min(self.rows.saturating_sub(1));
        let columns = column.saturating_sub(1)..=(column + 1).min(self.columns.saturating_sub(1));
        let near = rows.flat_map(|row| columns.clone().map(move |column| (column, row)));
        near.map(|(column, row)| self.at(column, row))
            .fold((255, 0), |(dark, light), tile| (tile.0.min(dark), tile.1.max(light)))
    }

    fn at(&self, column: u32, row: u32) -> (u8, u8) {
        let column = column.min(self.columns.saturating_sub(1));
        let row = row.min(self.rows.saturating_sub(1));
        self.levels.get((row * self.columns + column) as usize).copied().unwrap_or((0, 255))
    }

    /// Dark and light at each pixel of one row, interpolated between the tiles' centres.
    fn row(&self, y: u32, width: u32) -> impl Iterator<Item = (u16, u16)> + '_ {
        let (row, below) = place(y);
        (0..width).map(move |x| {
            let (column, right) = place(x);
            let mix = |channel: fn((u8, u8)) -> u8| {
                let at = |c, r| u32::from(channel(self.at(c, r)));
                let upper = at(column, row) * (TILE - right) + at(column + 1, row) * right;
                let lower = at(column, row + 1) * (TILE - right) + at(column + 1, row + 1) * right;
                let level = (upper * (TILE - below) + lower * below) / (TILE * TILE);
                u16::try_from(level).unwrap_or(255)
            };
            (mix(|tile| tile.0), mix(|tile| tile.1))
        })
    }
}

/// The tile whose centre lies before a pixel, and how far behind that centre the pixel lies.
const fn place(pixel: u32) -> (u32, u32) {
    let from_first_centre = pixel.saturating_sub(TILE / 2);
    (from_first_centre / TILE, from_first_centre % TILE)
}
