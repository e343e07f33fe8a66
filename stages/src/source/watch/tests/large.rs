//! Very many files. `cargo test --release -p jianbao-stages large -- --ignored --nocapture` prints the figures.

use pipeline::state::Change;

use super::*;

/// Processor time of this process, as the system counts it.
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    Duration::from_millis(10 * (fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()))
}

#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "takes minutes"]
async fn a_million_known_files_cost_next_to_nothing() {
    use std::os::unix::fs::MetadataExt;
    let folder = inbox();
    let memory = memory(&folder);
    let mut rows = Vec::new();
    for number in 0..1_000_000_u64 {
        let name = format!("{:04}/{number:07}.txt", number / 1000);
        let path = folder.path().join("in").join(&name);
        if number % 1000 == 0 {
            fs::create_dir(path.parent().unwrap()).unwrap();
        }
        fs::write(&path, "").unwrap();
        let data = fs::metadata(&path).unwrap();
        let mtime = data.mtime() * 1_000_000_000 + data.mtime_nsec();
        let row =
            json!({ "state": "done", "hash": format!("{number:032x}"), "size": 0, "mtime": mtime, "inode": data.ino(), "n": number + 1 });
        rows.push(Change::set(format!("file/{name}"), row));
        if rows.len() == 10_000 {
            memory.store.commit(&std::mem::take(&mut rows)).unwrap();
        }
    }
    for poll in [false, true] {
        let (begun, before) = (Instant::now(), processor_time());
        let running = Running::begin_with(&folder, json!({ "complete_when": "rename", "poll": poll }), Some(memory.clone()));
        let name = format!("new{poll}.txt");
        put(&folder, &name, name.as_str());
        while running.seen().len() < 2 {
            assert!(begun.elapsed() < Duration::from_secs(300));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let took = processor_time().saturating_sub(before).as_secs_f64();
        println!("poll: {poll}: the first new page is fed {:.1} s after the start, {took:.1} s of a core", begun.elapsed().as_secs_f64());
        let (before, since) = (processor_time(), Instant::now());
        tokio::time::sleep(Duration::from_secs(120)).await;
        let share = processor_time().saturating_sub(before).as_secs_f64() / since.elapsed().as_secs_f64();
        println!("poll: {poll}: idle for two minutes at {:.2} % of a core", 100.0 * share);
        running.stop().await;
    }
}

#[tokio::test]
#[ignore = "takes minutes"]
async fn a_hundred_thousand_files_are_found_in_time() {
    for poll in [false, true] {
        let folder = inbox();
        let running = Running::begin(&folder, json!({ "complete_when": "rename", "poll": poll }));
        tokio::time::sleep(Duration::from_secs(1)).await;
        let root = folder.path().join("in");
        let written = tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            for number in 0..100_000 {
                let folder = root.join(format!("{:03}", number / 100));
                if number % 100 == 0 {
                    fs::create_dir(&folder).unwrap();
                }
                let part = folder.join(".part");
                fs::write(&part, number.to_string()).unwrap();
                fs::rename(part, folder.join(format!("{number:06}.txt"))).unwrap();
            }
            println!("poll: {poll}: written in {:.1} s", begun.elapsed().as_secs_f64());
            Instant::now()
        });
        let written = written.await.unwrap();
        while running.seen.lock().unwrap().len() < 200_000 {
            assert!(written.elapsed() < Duration::from_secs(60), "only {}", running.seen.lock().unwrap().len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        println!("poll: {poll}: all are fed {:.1} s after the last was written", written.elapsed().as_secs_f64());
        assert!(written.elapsed() < Duration::from_secs(10));
        let seen = running.stop().await;
        let pages: Vec<&String> = seen.iter().filter(|line| !line.starts_with("end")).collect();
        assert!(pages.is_sorted(), "in the order of their names");
    }
}

#[tokio::test]
#[ignore = "takes minutes"]
async fn a_new_file_is_fed_at_once() {
    let folder = inbox();
    let running = Running::begin(&folder, json!({ "complete_when": "rename" }));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut times = Vec::new();
    for number in 0..2000 {
        put(&folder, &format!("{number:04}.txt"), number.to_string());
        let begun = Instant::now();
        while running.seen.lock().unwrap().len() < 2 * (number + 1) {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        times.push(begun.elapsed());
    }
    times.sort();
    println!("from its name to its page fed: median {:?}, 99 of 100 in {:?}, longest {:?}", times[1000], times[1980], times[1999]);
    assert!(times[1980] < Duration::from_millis(100));
    running.stop().await;
}
