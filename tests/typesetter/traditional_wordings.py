"""The words of a paper in traditional script."""

from wordings import Words


class TraditionalWords(Words):
    """Of one in Taiwan or Hong Kong."""

    LANGUAGE, STORIES, CAPTIONS = "zh-Hant", ("zh-Hant",), ("zh-Hant",)
    SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝郭洪邱曾廖賴徐周葉蘇莊江呂何羅高蕭潘簡朱鍾彭游詹胡施沈余趙盧梁顏柯翁魏孫戴"
    GIVEN_NAMES = "雅婷怡君志明家豪淑芬俊傑宗翰佳穎欣宜承恩冠宇美玲建宏惠雯柏翰詩涵文彬秀英國華麗珠子維大同明哲育賢永慶嘉玲彥廷"
    NAME_SPACES = ["", "", " "]
    TOWNS = ["海東", "島南", "新河", "民安", "大港", "南江", "青潭", "和平"]
    CITIES = ["台北", "高雄", "台中", "台南", "新竹", "花蓮", "桃園", "基隆", "屏東", "香港", "綜合"]
    SECTIONS = ["要聞", "焦點", "生活", "財經", "社會", "綜合", "地方", "國際", "體育", "政治"]
    COLUMN_LABELS = ["■焦點話題", "●現場直擊", "小檔案", "新聞辭典", "新聞幕後", "記者觀察"]
    BRIEFS_LABELS = ["簡 訊", "新聞快遞", "短 波", "要聞簡報", "地方短訊"]
    REPORTERS = ["記者", "本報記者", "特派記者"]
    SECOND_PAGES = [2, 3, 4, 6, 8]
    JUMPS = [
        ("文轉A{0}版", "文接A{0}版"),
        ("（文轉A{0}版）", "上接A{0}"),
        ("文轉A{0}版", "上接A{0}"),
        ("下轉{1}版", "上接{1}版"),
        ("▶文轉A{0}", "◀文接A{0}"),
        ("（下轉第{0}版）", "（上接第{0}版）"),
    ]
    CREDITS = [
        ("（記者{}攝）", True),
        ("記者{}／攝影", False),
        ("（記者{}攝影）", True),
        ("圖／記者{}", False),
        ("本報記者{}／攝影", False),
        ("{}攝", True),
    ]
    EDITORS = ["責任編輯／{0} 美術編輯／{1}", "編輯：{0}　美編：{1}", "責任編輯：{0}", "主編／{0} 版面設計／{1} 校對／{2}"]
    DATES = [
        "中華民國{2}年{0.month}月{0.day}日 星期{1}",
        "{0.year}年{0.month}月{0.day}日／星期{1}",
        "{0.year}.{0.month}.{0.day} 星期{1}",
        "{2}年{0.month}月{0.day}日　星期{1}",
    ]
    PAGE_NUMBERS = ["A{0}", "A{0}版", "{0}", "第{1}版"]
    # The year with which the years of the Republic begin.
    REPUBLIC = 1911

    def date_line(self, date, style):
        return self.DATES[style].format(date, self.WEEKDAYS[date.weekday()], date.year - self.REPUBLIC)

    def masthead(self, rng, edition):
        at_left = f"第{edition.issue_number:05d}號", f"今日{rng.choice([8, 12, 16, 24])}版 每份零售{rng.choice([8, 10, 15])}元"
        office = f"社址：{rng.choice(self.CITIES[:9])}市中正路{rng.randint(2, 300)}號" if rng.random() < 0.7 else None
        telephone = f"新聞專線：(02)2{rng.randint(1000000, 9999999)}" if rng.random() < 0.6 else None
        return at_left, (office, telephone, "中華郵政台字第一二三四號執照登記為第一類新聞紙" if rng.random() < 0.4 else None)
