use super::*;
use pipeline::laws;

#[test]
fn keeps_the_laws() {
    laws::check(&DEF, serde_json::json!({}), &laws::NoFiles, &[include_str!("../../../examples/pinghu-2022-03-28.txt"), "", "，。"]);
}
