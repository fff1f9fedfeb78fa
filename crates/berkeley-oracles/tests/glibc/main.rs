//! The calls of netdb.h against glibc's, over a matrix of files and questions: getaddrinfo, getnameinfo, gethostbyname, gethostbyaddr.
//!
//! Contract: each scene (nsswitch.conf, resolv.conf, hosts) is a process of its own, because glibc keeps what it read; there every question goes to
//! both. Ours asks as glibc does: its order of addresses, no hedge, nothing kept, never libc. Equal are the ordered results, or the codes. Where
//! we differ on purpose, [`difference`] has a row; a difference without a row fails, and so does a row without a difference. `cargo xtask names`
//! runs it.

#![forbid(unsafe_code)]
#![allow(missing_docs)]

#[path = "../name_server/mod.rs"]
mod name_server;
#[path = "../network/mod.rs"]
mod network;
#[path = "../world/mod.rs"]
mod world;

mod zone;
mod scene;
mod question;
mod difference;

use std::collections::BTreeMap;
use std::env;
use std::process::{Command, Stdio};
use std::time::Instant;

use difference::{Case, DIFFERENCES};
use name_server::{Answer, NameServer, REFUSED, Reply};
use scene::Scene;
use world::{World, in_a_world};

/// In the process of a scene: its number.
const SCENE: &str = "BERKELEY_SCENE";

#[test]
fn answers_are_glibcs() {
    if world::server::root().is_none() {
        return world::server::without();
    }
    if cfg!(not(target_env = "gnu")) {
        return println!("skipped: this is not glibc");
    }
    in_a_world("answers_are_glibcs", |world| {
        world::routes()?;
        let _good = NameServer::start_at(([127, 0, 0, 1], 53).into(), zone::answer);
        let _refusing = NameServer::start_at(([127, 0, 0, 9], 53).into(), |query| {
            vec![Reply::now(Answer::to(query).code(REFUSED).bytes())]
        });
        let start = Instant::now();
        let (mut asked, mut wrong) = (0, Vec::new());
        let mut met = vec![0; DIFFERENCES.len()];
        let scenes = scene::all();
        let mut resolved = None;
        for (number, scene) in scenes.iter().enumerate() {
            if scene.resolved && resolved.is_none() {
                resolved = Some(world.resolved([127, 0, 0, 1].into())?.ready()?);
            }
            let (number_asked, differing) = play(world, number, scene)?;
            asked += number_asked;
            for case in differing {
                match DIFFERENCES.iter().position(|row| (row.holds)(&case)) {
                    Some(row) => met[row] += 1,
                    None => wrong.push(case),
                }
            }
        }
        println!(
            "{} scenes, {asked} questions, {:.1} s",
            scenes.len(),
            start.elapsed().as_secs_f32()
        );
        for (row, met) in DIFFERENCES.iter().zip(&met) {
            println!("{met:>6} {}", row.why);
        }
        let mut kinds: BTreeMap<String, (usize, &Case)> = BTreeMap::new();
        for case in &wrong {
            let key = format!("{:?} {} {}", case.question, case.ours, case.glibc);
            kinds.entry(key).or_insert((0, case)).0 += 1;
        }
        for (count, case) in kinds.values() {
            println!("NOT AGREED, {count} scenes: {case}");
        }
        assert!(wrong.is_empty(), "{} differences, {} kinds", wrong.len(), kinds.len());
        let gone: Vec<_> = DIFFERENCES.iter().zip(met).filter(|(_, met)| *met == 0).collect();
        for (row, _) in &gone {
            println!("NO LONGER MET: {}", row.why);
        }
        assert!(gone.is_empty());
        Ok(())
    });
}

/// How many questions were asked, and those with two answers.
fn play(world: &World, number: usize, scene: &Scene) -> Result<(usize, Vec<Case>), String> {
    world.write("nsswitch.conf", scene.nsswitch)?;
    world.write("resolv.conf", scene.resolv)?;
    world.write("hosts", scene.hosts)?;
    world.write("gai.conf", scene.gai)?;
    world::set_routes(scene.routes.0, scene.routes.1)?;
    world.write("host.conf", Some("multi on\n"))?;
    world.write("services", Some(scene::SERVICES))?;
    world.write("protocols", None)?;
    let libraries = world::server::root().map(|root| world::server::libraries(&root));
    let libraries = libraries.unwrap_or_default();
    let output = Command::new(env::current_exe().map_err(|error| error.to_string())?)
        .args(["one_scene", "--exact", "--nocapture"])
        .env(SCENE, number.to_string())
        .env_remove("LOCALDOMAIN")
        .env_remove("RES_OPTIONS")
        .envs(scene.variables.iter().copied())
        // glibc's modules for systemd's sources.
        .env("LD_LIBRARY_PATH", libraries)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {scene:?}: {errors}", output.status);
    let mut asked = None;
    let mut cases = Vec::new();
    for line in said.lines() {
        if let Some(count) = line.strip_prefix("asked ") {
            asked = count.parse().ok();
        } else if let Some(line) = line.strip_prefix("differ ") {
            let mut parts = line.split('\t');
            let [Some(nth), Some(ours), Some(glibc)] = [parts.next(), parts.next(), parts.next()]
            else {
                return Err(format!("not readable: {line}"));
            };
            let nth: usize = nth.parse().map_err(|error| format!("{nth}: {error}"))?;
            cases.push(Case {
                scene: *scene,
                question: question::all(scene.ways).swap_remove(nth),
                ours: ours.to_owned(),
                glibc: glibc.to_owned(),
            });
        }
    }
    Ok((asked.ok_or("the scene did not end")?, cases))
}

#[test]
fn one_scene() {
    let number = env::var(SCENE).ok().and_then(|number| number.parse::<usize>().ok());
    let Some(scene) = number.and_then(|number| scene::all().into_iter().nth(number)) else {
        return;
    };
    let questions = question::all(scene.ways);
    for (nth, question) in questions.iter().enumerate() {
        let (ours, glibc) = (question.ours(), question.glibc());
        if ours != glibc {
            println!("differ {nth}\t{ours}\t{glibc}");
        }
    }
    println!("asked {}", questions.len());
}
