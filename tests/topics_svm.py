#!/usr/bin/env python3
"""How near `jianbao topics learn` comes to a linear support vector machine.

    python3 -m venv venv && venv/bin/pip install scikit-learn jieba
    venv/bin/python tests/topics_svm.py --jianbao target/release/jianbao GOLD_FOLDER

For each topic of `builtin:gov-cn` that enough articles have, both learn from the same 20 articles with it and 40 without, and tag
the same other articles, one with the topic for two without. What has the topic is said by one of two set-ups:

  hidden   by the built-in rules on the whole article; then the terms that bring half of all its points are cut out of every text,
           so that neither side can learn just them
  titles   by a built-in rule in the title; the titles are hidden, and articles that the rules would give the topic for their text
           alone take no part

The machine sees tf-idf of all n-grams of two to six Han characters and of Latin words, as the learner's grams but for their edges
(`n-grams`), and of those that begin and end at words (`words`), which are the learner's own; its C and the weight of classes are
chosen by cross-validation. Not part of the gate: it takes some minutes and two packages.
"""
import argparse
import collections
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import warnings

import jieba
import numpy
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.svm import LinearSVC

POSITIVE, NEGATIVE = 20, 40
MOST_TESTED = 100
RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z]{2,}")
CUT = "□"


def articles(folder):
    """Whole articles of the gold pages, each once."""
    seen = {}
    for file in sorted(pathlib.Path(folder).glob("*.json")):
        for piece in json.loads(file.read_text())["articles"]:
            text = "\n".join(piece["paragraphs"])
            if piece["kind"] in ("ad", "notice", "furniture") or len(text) < 100:
                continue
            key = re.sub(r"\W", "", text)[30:70]
            if key not in seen or len(seen[key]["text"]) < len(text):
                seen[key] = {"title": piece["title"] or "", "text": text}
    return list(seen.values())


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


class Jianbao:
    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)

    def run(self, *arguments, given=None):
        done = subprocess.run([self.program, "--quiet", *arguments], input=given, capture_output=True, text=True)
        if done.returncode not in (0, 1):
            sys.exit(f"{arguments}: {done.stderr}")
        return done.stdout

    def explained(self, rows):
        answer = json.loads(self.run("topics", "explain", "builtin:gov-cn", "-", "--format", "json", given=lines(rows)))
        return [{topic["id"]: topic for topic in piece["topics"]} for piece in answer]

    def learned_f1(self, taught, tested):
        taught, tested = ([{**row, "topics": ["topic"] if label else []} for row, label in part] for part in (taught, tested))
        file = self.folder / "learned.yaml"
        self.run("topics", "learn", "--labelled", "-", "-o", str(file), given=lines(taught))
        figures = json.loads(self.run("topics", "test", str(file), "--labelled", "-", "--format", "json", given=lines(tested)))
        return figures["labelled"]["topics"][0]["f1"]


def all_grams(text):
    for run in RUN.findall(text):
        if run.isascii():
            yield run.lower()
        else:
            yield from (run[at : at + n] for n in range(2, 7) for at in range(len(run) - n + 1))


def word_grams(text):
    words = [word for word in jieba.cut(text)]
    for first, word in enumerate(words):
        if re.fullmatch("[A-Za-z]{2,}", word):
            yield word.lower()
        whole = ""
        for word in words[first:]:
            whole += word
            if len(whole) > 6 or not re.fullmatch("[\u3400-\u9fff]+", word):
                break
            if len(whole) > 1:
                yield whole


def svm_f1(grams, taught, tested):
    texts = lambda part: [row["title"] + "\n" + row["text"] for row, _ in part]
    truth = lambda part: numpy.array([label for _, label in part])
    vectors = TfidfVectorizer(analyzer=lambda text: list(grams(text)), sublinear_tf=True, min_df=2)
    seen = vectors.fit_transform(texts(taught))
    grid = {"C": [0.1, 1, 10], "class_weight": [None, "balanced"]}
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    search = GridSearchCV(LinearSVC(random_state=0), grid, scoring="f1", cv=folds).fit(seen, truth(taught))
    return f1_score(truth(tested), search.predict(vectors.transform(texts(tested))), zero_division=0)


def hidden(rows, explained, topic):
    """Labels by the rules; the terms that bring half of the points cut out."""
    labels = [piece.get(topic, {}).get("given", False) for piece in explained]
    points, found = collections.Counter(), collections.defaultdict(set)
    for piece, label in zip(explained, labels):
        for share in piece[topic]["shares"] if label else []:
            points[share["term"]] += share["points"]
        for hit in piece.get(topic, {}).get("hits", []):
            found[hit["term"]].add(hit["found"])
    strongest, reached = set(), 0
    for term, brought in points.most_common():
        if reached >= sum(points.values()) / 2:
            break
        strongest |= found[term]
        reached += brought
    if not strongest:
        return [], strongest
    pattern = re.compile("|".join(map(re.escape, sorted(strongest, key=len, reverse=True))))
    masked = [{key: pattern.sub(CUT, row[key]) for key in ("title", "text")} for row in rows]
    return list(zip(masked, labels)), strongest


def titles(rows, explained, topic):
    """Labels by the title, which is hidden."""
    labelled = []
    for row, piece in zip(rows, explained):
        found = piece.get(topic)
        in_title = bool(found) and any(hit["zone"] == "title" and not hit["refused"] for hit in found["hits"])
        if in_title or not (found and found["given"]):
            labelled.append(({"title": "", "text": row["text"]}, in_title))
    return labelled, set()


def draw(labelled, seed):
    order = random.Random(seed)
    positive = [row for row in labelled if row[1]]
    negative = [row for row in labelled if not row[1]]
    order.shuffle(positive)
    order.shuffle(negative)
    tested = positive[POSITIVE : POSITIVE + MOST_TESTED]
    taught = positive[:POSITIVE] + negative[:NEGATIVE]
    return taught, tested + negative[NEGATIVE : NEGATIVE + 2 * len(tested)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="gold pages: JSON with articles of a title and paragraphs")
    parser.add_argument("--jianbao", default="target/release/jianbao")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--least", type=int, default=60, help="articles that a topic needs to take part")
    parser.add_argument("--topics", type=int, default=12, help="how many of the topics with most articles")
    parser.add_argument("--setups", nargs="*", default=["hidden", "titles"])
    parser.add_argument("--no-svm", action="store_true", help="the learner alone")
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    warnings.simplefilter("ignore", UserWarning)
    jieba.setLogLevel(60)
    rows = articles(options.folder)
    with tempfile.TemporaryDirectory() as folder:
        jianbao = Jianbao(options.jianbao, folder)
        explained = jianbao.explained(rows)
        counts = collections.Counter(topic for piece in explained for topic, found in piece.items() if found["given"])
        for setup in options.setups:
            print(f"{setup}: {len(rows)} articles, {options.draws} draws of {POSITIVE} and {NEGATIVE}")
            print(f"{'topic':32} {'with':>5} {'learned':>8} {'words':>7} {'n-grams':>8}")
            means = []
            for topic, _ in counts.most_common():
                labelled, strongest = {"hidden": hidden, "titles": titles}[setup](rows, explained, topic)
                count = sum(label for _, label in labelled)
                if count < options.least or len(means) == options.topics:
                    continue
                reached = []
                for seed in range(options.draws):
                    taught, tested = draw(labelled, seed)
                    machines = [0, 0] if options.no_svm else [svm_f1(word_grams, taught, tested), svm_f1(all_grams, taught, tested)]
                    reached.append([jianbao.learned_f1(taught, tested), *machines])
                means.append(numpy.mean(reached, axis=0))
                shown = " ".join(f"{100 * figure:8.1f}" for figure in means[-1])
                print(f"{topic:32} {count:5} {shown}", flush=True)
            mean = numpy.mean(means, axis=0)
            print(f"{'mean F1':38} " + " ".join(f"{100 * figure:8.1f}" for figure in mean))
            better = max(mean[1:])
            print(f"learned minus the better machine: {100 * (mean[0] - better):+.1f} points\n", flush=True)


main()
