"""The words of an English paper."""

from wordings import Words


class EnglishWords(Words):
    """Of one that has some stories in Chinese, too."""

    LANGUAGE, STORIES, CAPTIONS = "en", ("en", "zh"), ("en",)
    SURNAMES = [
        "Smith", "Walker", "Chen", "O'Neill", "Harris", "Patel", "Wong", "Fletcher", "Murray", "Lindqvist", "Zhang", "Barlow", "Kent", "Osborne", "Rossi",
        "Li", "Hughes", "McKay", "Turner", "Jansen", "Adeyemi", "Clarke", "Wu", "Novak", "Sinclair",
    ]
    GIVEN_NAMES = [
        "John", "Mary", "Wei", "Sarah", "Peter", "Anita", "David", "Xiaoming", "Claire", "Tom", "Helen", "Jun", "Robert", "Emma", "Victor", "Ruth", "Ahmed",
        "Lucy", "Michael", "Jean-Paul", "Nora", "Daniel",
    ]
    NAME_SPACES = [""]
    TOWNS = ["Riverton", "Ashford Vale", "Kingsbay", "Northport", "Millbrook", "Harbour", "Eastgate", "Lakeside"]
    CITIES = ["London", "Beijing", "Brussels", "Washington", "Tokyo", "Berlin", "Hong Kong", "Sydney", "Paris"]
    SECTIONS = ["NEWS", "WORLD", "BUSINESS", "SPORT", "CITY", "NATION", "LIFE", "CULTURE", "OPINION"]
    COLUMN_LABELS = ["IN FOCUS", "WORLD WATCH", "Market news", "CITY DIARY", "The week ahead", "BACKGROUND", "ANALYSIS"]
    BRIEFS_LABELS = ["IN BRIEF", "News in brief", "AROUND THE WORLD", "DIGEST"]
    CHINESE_LABELS = ["中文新闻", "华人社区", "中文版", "华埠要闻"]
    REPORTERS = ["Staff Reporter"]
    SECOND_PAGES = [2, 3, 4, 5, 8]
    JUMPS = [
        ("Continued on page {0}", "From page {0}"),
        ("Continued on Page {0}", "Continued from Page {0}"),
        ("Turn to page {0}", "From page {0}"),
        ("See STORY, page {0}", "STORY: From page {0}"),
        (">> PAGE {0}", "<< FROM PAGE {0}"),
        ("CONTINUED ON A{0}", "FROM A{0}"),
    ]
    CREDITS = [
        ("Photo: {}", False),
        (" Photo: {}", True),
        (" (Photo by {})", True),
        ("Picture: {}", False),
        ("{}/Reuters", False),
        ("{} / Staff photographer", False),
    ]
    EDITORS = ["Page editor: {0}", "Editor: {0}  |  Design: {1}", "Edited by {0} and {1}", "Editor: {0} Tel: 555-0142 e-mail: news@dailypost.example"]
    DATES = ["{1}, {0:%B} {0.day}, {0.year}", "{1} {0.day} {0:%B} {0.year}", "{1} {0:%b} {0.day} {0.year}", "{0:%B} {0.day}, {0.year}"]
    PAGE_NUMBERS = ["{0}", "Page {0}", "A{0}", "P{0}"]
    WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    def person(self, rng):
        return f"{rng.choice(self.GIVEN_NAMES)} {rng.choice(self.SURNAMES)}"

    def masthead(self, rng, edition):
        at_left = f"Established {rng.randint(1860, 1990)}", f"No. {edition.issue_number:,}  Price ${rng.randint(1, 4)}.{rng.choice([0, 5])}0"
        address = f"www.{edition.paper.lower().replace(' ', '')}.example" if rng.random() < 0.7 else None
        telephone = f"Newsroom: 555-0{rng.randint(100, 199)}" if rng.random() < 0.5 else None
        return at_left, (address, telephone, "FINAL EDITION" if rng.random() < 0.4 else None)
