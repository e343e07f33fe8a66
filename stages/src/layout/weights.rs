//! What each sign on a page is worth, in one place. Costs in thousandths of a decision: the higher, the less believable.

/// How far the first line of a paragraph is set in, in hundredths of an em.
pub(crate) const INDENT: u32 = 200;

// The measure of a box.
pub(crate) const MEASURE_ODD: i32 = 20;
pub(crate) const MEASURE_NEARLY: i32 = 80;
pub(crate) const MEASURE_INDENT: i32 = 150;
pub(crate) const MEASURE_DEEP_INDENT: i32 = 260;
pub(crate) const MEASURE_SHORT: i32 = 350;
pub(crate) const MEASURE_BEYOND: i32 = 500;
pub(crate) const MEASURE_FAR_BEYOND: i32 = 1100;
pub(crate) const MEASURE_CHANGE_AT_BLANK: i32 = 1100;
pub(crate) const MEASURE_CHANGE_BEHIND_BLANK: i32 = 1300;
pub(crate) const MEASURE_CHANGE_IN_BLOCK: i32 = 2500;
pub(crate) const MEASURE_CHANGE_WITHOUT_BLANKS: i32 = 1500;
pub(crate) const MEASURE_CHANGE_APART: i32 = 600;

// A line of display type.
pub(crate) const DISPLAY: i32 = 120;
pub(crate) const DISPLAY_BEGINS: i32 = 180;
pub(crate) const DISPLAY_FITS_MEASURE: i32 = 130;
pub(crate) const DISPLAY_FULL_STOP_AT_END: i32 = 1200;
pub(crate) const DISPLAY_FULL_STOP_INSIDE: i32 = 800;
pub(crate) const DISPLAY_COMMA_AT_END: i32 = 250;
pub(crate) const DISPLAY_LIST_COMMA_AT_END: i32 = 800;
pub(crate) const DISPLAY_STARTS_WITH_CLOSING: i32 = 800;
pub(crate) const DISPLAY_DATELINE: i32 = 2000;
pub(crate) const DISPLAY_TOO_LONG: i32 = 1500;

// A line of body type that is wider than its box.
pub(crate) const BODY_BEYOND: i32 = 200;
pub(crate) const FLOW_IS_DATELINE: i32 = 700;
pub(crate) const BODY_FAR_BEYOND: i32 = 1200;

// From one line of body to the next.
pub(crate) const NEW_AFTER_OPEN: i32 = 1100;
pub(crate) const NEW_AFTER_HALF_STOP: i32 = 120;
pub(crate) const NEW_WITHOUT_FULL_STOP: i32 = 250;
pub(crate) const SUBHEAD_BEFORE_DATELINE: i32 = 300;
pub(crate) const NEW_AFTER_SUBHEAD: i32 = 350;
pub(crate) const NEW_AFTER_FULL: i32 = 60;
pub(crate) const GOES_ON_AFTER_NEARLY_FULL: i32 = 250;
pub(crate) const GOES_ON_AFTER_SHORT: i32 = 700;
pub(crate) const GOES_ON_AFTER_SHORT_STOP: i32 = 250;
pub(crate) const GOES_ON_AFTER_BEYOND: i32 = 300;
pub(crate) const FIRST_LINE_IS_FULL: i32 = 350;
pub(crate) const FIRST_LINE_IS_SHORT: i32 = 550;
pub(crate) const NEW_STARTS_WITH_CLOSING: i32 = 900;

// Blank lines where they mark a change of the left edge.
pub(crate) const EDGE_MUST_STAY: i32 = 700;
pub(crate) const COLUMN_BREAK: i32 = 300;
pub(crate) const HUNG_QUOTE: i32 = 80;
// Blank lines where they do not.
pub(crate) const BLANK_INSIDE_PARAGRAPH: i32 = 120;

// Between body and display.
pub(crate) const DISPLAY_AFTER_OPEN: i32 = 650;
pub(crate) const DISPLAY_AFTER_OPEN_IN_ORDER: i32 = 700;
pub(crate) const DISPLAY_WITHOUT_BLANK: i32 = 900;
pub(crate) const DISPLAY_WITHOUT_BLANK_AFTER_BLANK: i32 = 250;
pub(crate) const DISPLAY_WITHOUT_BLANK_BETWEEN_BLOCKS: i32 = 500;
pub(crate) const DISPLAY_WHERE_BLANKS_ARE_ABSENT: i32 = 220;
pub(crate) const BODY_AFTER_DISPLAY: i32 = 120;
pub(crate) const BODY_AFTER_DISPLAY_WITHOUT_BLANK: i32 = 250;
pub(crate) const BODY_GOES_ON_AFTER_DISPLAY: i32 = 800;
pub(crate) const BODY_GOES_ON_AFTER_APART: i32 = 350;
pub(crate) const BODY_RESUMES: i32 = 200;
pub(crate) const BODY_RESUMES_IN_ORDER: i32 = 450;
pub(crate) const BODY_STARTS_BEFORE_RESUMING: i32 = 150;
pub(crate) const BODY_SCRAP_BEFORE_APART: i32 = 350;
pub(crate) const BODY_OPEN_BEFORE_APART: i32 = 450;
pub(crate) const ENDS_WITHOUT_FULL_STOP: i32 = 400;
pub(crate) const DISPLAY_BEFORE_DATELINE: i32 = -250;
pub(crate) const DISPLAY_BEFORE_BYLINE: i32 = -400;
