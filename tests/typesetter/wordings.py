"""The words that are not the stories': made-up people, towns and papers, and what papers print around articles.

Where a wording has numbered gaps, the comment above it says what stands in them.
"""


class Words:
    """Those of a paper in simplified script; of other papers they are made from these."""

    # The language of the paper, and those of the stories and captions that it may print.
    LANGUAGE, STORIES, CAPTIONS = "zh", ("zh",), ("zh",)

    SURNAMES = (
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟"
        "秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔向汤"
    )
    GIVEN_NAMES = (
        "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志海燕波宁晨宇欣怡子涵雨轩浩然思远梦琪佳慧晓东文博雪梅春生立新永康振兴少华亚楠天一凡诗语"
        "嘉木若曦景行知微"
    )
    # What a paper puts inside names of two characters, so that they are as long as those of three.
    NAME_SPACES = [" ", " ", "", "　"]

    TOWNS = [
        "临河", "望江", "安岭", "青浦湾", "平陵", "东阿岭", "沙洲", "云溪", "石桥", "白塔", "柳城", "江川", "北渡", "凤台岭", "清源", "长汀湾",
    ]
    # Where news come from.
    CITIES = ["北京", "上海", "广州", "成都", "武汉", "西安", "合肥", "南宁", "东京", "巴黎", "日内瓦"]
    SECTIONS = ["要闻", "民生", "经济", "社会", "综合", "文体", "乡镇", "时政", "教育", "健康"]
    COLUMN_LABELS = ["■热线快递", "■百姓关注", "热点追踪", "法治天地", "■基层见闻", "视点", "●新闻观察", "身边事"]
    BRIEFS_LABELS = ["简 讯", "短 波", "乡镇传真", "一周要闻", "新闻速递"]
    # How the paper calls its own.
    REPORTERS = ["本报记者", "本报记者", "记者", "全媒体记者", "融媒体记者"]

    # (on the page where the story starts, on the page where it goes on), with the number of the other page and the same in Chinese.
    JUMPS = [
        ("（下转第2版）", "（上接第1版）"),
        ("下转A2版", "上接A1版"),
        ("→下转2版", "→上接1版"),
        ("（下转第二版）", "（上接第一版）"),
        ("下转02版", "上接01版"),
    ]

    # (with the photographers, whether it may stand in the caption's last line)
    CREDITS = [
        ("（{} 摄）", True),
        ("{} 摄", True),
        ("本报记者 {} 摄", True),
        ("■摄影 {}", False),
        ("摄影：{}", False),
        ("{} 摄影报道", False),
        ("通讯员 {} 摄", True),
    ]

    # With the editor, the designer and the proofreader.
    EDITORS = [
        "责任编辑：{0}　版式：{1}　校对：{2}",
        "责编 {0} 版式 {1} 校对 {2}",
        "本版编辑：{0} {1}",
        "责任编辑/{0} 美术编辑/{1} 校对/{2}",
        "■责任编辑：{0} ■版式设计：{1}",
    ]

    # With the date and the day of the week.
    DATES = [
        "{0.year}年{0.month}月{0.day}日 星期{1}",
        "{0.year}.{0.month}.{0.day} 星期{1}",
        "{0.year}年{0.month}月{0.day}日　星期{1}",
        "星期{1} {0.year}年{0.month:02d}月{0.day:02d}日",
    ]
    # With the number of the page and the same in Chinese.
    PAGE_NUMBERS = ["{0}", "A{0}", "0{0}", "第{1}版"]
    # Which page a story may go on on.
    SECOND_PAGES = [2]
    NUMERALS = "一二三四五六七八九"
    WEEKDAYS = "一二三四五六日"
    LUNAR_YEARS = ["甲辰", "癸卯", "壬寅", "辛丑"]
    LUNAR_MONTHS = "正二三四五六七八九十"
    LUNAR_DAYS = ["初三", "初九", "十五", "廿二", "廿六"]

    def person(self, rng):
        """A made-up name."""
        return rng.choice(self.SURNAMES) + "".join(rng.choice(self.GIVEN_NAMES) for _ in range(rng.choice([1, 2, 2])))

    def people(self, rng, count):
        """Made-up names, no two the same."""
        while True:
            names = [self.person(rng) for _ in range(count)]
            if len(set(names)) == count:
                return names

    def spaced(self, name, space):
        """A name as the paper prints it."""
        return name[0] + space + name[1] if len(name) == 2 else name

    def date_line(self, date, style):
        """The date as the paper prints it."""
        return self.DATES[style].format(date, self.WEEKDAYS[date.weekday()])

    def masthead(self, rng, edition):
        """(two lines beside the name of the paper, three at the right, some of them None)"""
        year, month, day = map(rng.choice, (self.LUNAR_YEARS, self.LUNAR_MONTHS, self.LUNAR_DAYS))
        at_left = f"农历{year}年{month}月{day}", f"第{edition.issue_number}期 今日{rng.choice([4, 8, 12, 16])}版"
        number = f"国内统一连续出版物号 CN {rng.randint(11, 65)}-00{rng.randint(10, 99)}" if rng.random() < 0.7 else None
        publisher = f"主管主办：{edition.paper[:-2]}市融媒体中心" if rng.random() < 0.7 else None
        telephone = f"新闻热线：8{rng.randint(1000000, 9999999)}" if rng.random() < 0.5 else None
        return at_left, (number, publisher, telephone)

    def notices(self, rng, town):
        """(title, text, signature) of notices in a town; the signature may be empty."""
        return [
            (
                "公 告",
                f"根据《城市供水条例》有关规定，因{rng.choice('东西南北')}环路主管改造，定于{rng.randint(1, 12)}月{rng.randint(1, 28)}日22时至次日6时"
                f"对{town}新区部分用户停水，请提前做好储水准备。",
                f"{town}市自来水有限公司",
            ),
            (
                "遗失声明",
                f"{self.person(rng)}遗失{rng.choice(['道路运输证', '残疾证', '房屋所有权证', '税务登记证副本'])}，证号{rng.randint(10**7, 10**8)}，声明作废。",
                "",
            ),
            (
                "拍卖公告",
                f"受委托，我公司定于{rng.randint(1, 12)}月{rng.randint(1, 28)}日上午10时公开拍卖：{town}路{rng.randint(2, 300)}号商铺三年租赁权。"
                f"有意竞买者请于拍卖前两日办理登记手续。联系电话：0573-8{rng.randint(100000, 999999)}",
                f"{town}正信拍卖有限公司",
            ),
            (
                "招聘启事",
                "因业务发展需要，现面向社会招聘会计1名、司机2名、保洁员3名，待遇从优，有意者请携带身份证、毕业证到"
                f"{town}大道{rng.randint(2, 300)}号面谈。",
                f"{town}物业服务公司",
            ),
            ("注销公告", f"{town}县兴农种植专业合作社经成员大会决议解散，请债权人自公告之日起45日内向清算组申报债权。", ""),
            (
                "征稿启事",
                "本报副刊长期征集散文、诗歌、随笔，字数一千字以内，来稿请发至"
                f"fukan@{rng.choice(['lhrb', 'wjwb', 'pl'])}.com，谢绝一稿多投。",
                "",
            ),
        ]
