#!/usr/bin/env python3
"""Makes the demo's two lists, the same bytes each time: python3 issuer/demo/make.py

Everyone and everything in them is invented; identity numbers carry the area code 500000, which is
given to no person, and organisations codes that nobody has registered.
"""
import csv, datetime, pathlib, random

HERE = pathlib.Path(__file__).parent
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
rng = random.Random(226)


def person_number(sex):
    birth = datetime.date(1966, 1, 1) + datetime.timedelta(days=rng.randrange(12_000))
    order = rng.randrange(100, 990)
    order += (order % 2 == 0) == (sex == "男")
    body = f"500000{birth:%Y%m%d}{order:03}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights)) % 11]


def organisation_code(kind="91"):
    base = "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(8))
    total = sum(int(c, 36) * w for c, w in zip(base, [3, 7, 9, 10, 5, 8, 4, 2]))
    check = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    body = f"{kind}500000{base}{check}"
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, weights))
    return body + ALPHABET[(31 - total % 31) % 31]


def other_last(code):
    return code[:-1] + ("1" if code[-1] != "1" else "2")


# code, name, series code, series name, levels, filed from, filed until, [(level, title, specialties)]
COMMITTEES = [
    ("YZ-05-01", "渝州工程技术高级职称评审委员会", "05", "工程技术人员", "正高级、副高级", "2024-07-01", "2027-06-30",
     [("正高级", "正高级工程师", ["桥梁与隧道工程", "大数据技术与应用"]),
      ("副高级", "高级工程师", ["市政公用工程", "机械设计与制造", "生态环境监测"])]),
    ("YZ-05-02", "渝州工程技术中初级职称评审委员会", "05", "工程技术人员", "中级、助理级、员级", "2024-07-01", "2027-06-30",
     [("中级", "工程师", ["建筑施工", "电气自动化"]), ("助理级", "助理工程师", ["建筑施工"]),
      ("员级", "技术员", ["电气自动化"])]),
    ("YZ-06-01", "渝州农业技术职称评审委员会", "06", "农业技术人员", "正高级、副高级、中级", "2025-01-01", "2027-12-31",
     [("副高级", "高级畜牧师", ["畜牧"]), ("中级", "农艺师", ["作物栽培", "柑橘栽培与采后处理"]),
      ("正高级", "农业技术推广研究员", ["山地农业技术推广"])]),
    ("YZ-09-01", "渝州图书资料职称评审委员会", "09", "图书资料专业人员", "副高级、中级", "2025-03-01", "2028-02-29",
     [("副高级", "副研究馆员", ["古籍修复"]), ("中级", "馆员", ["图书情报"])]),
    ("YZ-17-01", "渝州会计专业高级职称评审委员会", "17", "会计专业人员", "副高级", "2025-03-01", "2028-02-29",
     [("副高级", "高级会计师", ["会计"])]),
    ("YZ-23-01", "渝州艺术专业职称评审委员会", "23", "艺术专业人员", "副高级、中级", "2025-03-01", "2028-02-29",
     [("副高级", "二级演奏员", ["民族器乐"]), ("中级", "三级摄影(摄像)师", ["影视摄影"])]),
    ("YZ-11-09", "渝州档案专业职称评审委员会(原)", "11", "档案专业人员", "中级", "2022-07-01", "2025-06-30",
     [("中级", "馆员", ["档案管理"])]),
    ("YZ-18-09", "渝州统计专业职称评审委员会(待核)", "18", "统计专业人员", "中级", "2024-07-01", "2028-06-30",
     [("中级", "统计师", ["统计"])]),
]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "知远亦安清和云舒景行嘉树若水明轩思齐望舒怀瑾书言予墨"
NAMES = ["阿卜杜拉·买买提", "古丽娜扎尔·阿布都热合曼", "次仁·旺堆", "买买提艾力·吐尔逊江·库尔班", "欧阳思齐",
         "𬱖川明", "龚𬭎", "陈䶮", "㛃文", "王喆", "司马𬱖", "Anna-Maria O'Neill", "朴·智慧", "〇一"]
EMPLOYERS = ["渝州山城建设集团有限公司", "巴水智能装备（渝州）股份有限公司", "渝州市第一图书馆", "缙岭农业科学研究所",
             "两江汇数据服务有限责任公司", "渝州民族乐团", "长江上游轨道交通工程勘察设计研究院有限公司渝州分院"]
# first day of the notice, its last day (five full working days), first possible approval
NOTICES = [("2026-03-02", "2026-03-09", "2026-03-10"), ("2026-04-01", "2026-04-09", "2026-04-10"),
           ("2026-04-28", "2026-05-08", "2026-05-09"), ("2026-06-15", "2026-06-23", "2026-06-24"),
           ("2026-09-21", "2026-09-29", "2026-09-30")]
HEADINGS = ("序号,姓名,性别,证件类型,证件号码,工作单位,统一社会信用代码,职称系列,专业,级别,资格名称,取得方式,评委会代码,"
            "评审通过日期,公示开始日期,公示截止日期,公示结果,批准文号,批准日期,承诺书签署日期,"
            "来源系统,确认方式,备案文号,备案日期,备案部门,同步公示,备注").split(",")


def row(committee, at):
    code, _, _, series, _, _, _, titles = committee
    level, title, specialties = titles[at // 6 % len(titles)]
    sex = rng.choice("男女")
    name = NAMES[at // 7] if at % 7 == 3 and at // 7 < len(NAMES) else (
        rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice([1, 2, 2]))))
    start, end, approval = NOTICES[at % len(NOTICES)]
    day = lambda text, more: str(datetime.date.fromisoformat(text) + datetime.timedelta(days=more))
    reviewed = day(start, -rng.randrange(3, 15))
    return dict(zip(HEADINGS, [
        str(at + 1), name, sex, "居民身份证", person_number(sex), rng.choice(EMPLOYERS), organisation_code(),
        series, rng.choice(specialties), level, title, "评审", code, reviewed, start, end, "无异议",
        f"渝州职改〔2026〕{at % len(NOTICES) + 11}号", day(approval, at % 3), day(reviewed, -90),
        "平台", "人社部门发文", "", "", "", "是", ""]))


# What is wrong with one row each; the demo's report shows what becomes of it.
FAULTS = {
    8: {"姓名": ""}, 15: {"姓名": "张三(曾用名)"}, 22: {"证件类型": "学生证"}, 29: {"证件号码": other_last},
    36: {"统一社会信用代码": other_last}, 43: {"职称系列": "占星人员"}, 50: {"级别": "高级"},
    57: {"资格名称": "国家一级演员"}, 64: {"评审通过日期": "2026-02-30"}, 71: {"公示结果": "有异议，核查中"},
    78: {"批准文号": "渝州职改2026年第3号文件"}, 85: {"承诺书签署日期": ""}, 92: {"评委会代码": "YZ-99-99"},
    99: {"公示开始日期": "2026-09-28", "公示截止日期": "2026-10-02", "批准日期": "2026-10-20"},
    103: {"批准日期": "2026-03-02"}, 105: {"取得方式": "赠送"}, 107: {"专业": ""},
    109: {"评审通过日期": "2031-02-20", "公示开始日期": "2031-03-03", "公示截止日期": "2031-03-10", "批准日期": "2031-03-12",
          "承诺书签署日期": "2030-12-01"},
    111: {"承诺书签署日期": "2026-12-01"}, 113: {"公示开始日期": "2026-01-05"},
    115: {"评委会代码": "YZ-17-01"}, 117: {"评委会代码": "YZ-05-02", "职称系列": "工程技术人员", "级别": "正高级",
                                           "资格名称": "正高级工程师"},
}
HRSS = "渝州市人力资源和社会保障局"
# An autonomous unit's result, confirmed by its filing.
FILED = {"批准文号": "渝州交院评〔2026〕3号", "确认方式": "自主评审备案", "备案文号": "渝州人社备〔2026〕8号",
         "备案日期": "2026-04-20", "备案部门": HRSS}
# What is wrong with the way of a result; such rows stand last.
WAYS = [{"来源系统": "教育专用系统"}, {"来源系统": "某某网站"}, {"确认方式": "电话通知"},
        {"批准文号": "渝州交院评〔2026〕3号"}, {**FILED, "备案文号": ""}, {**FILED, "备案日期": "2026-01-05"},
        {**FILED, "确认方式": "组建单位发文"}, {"同步公示": "否"}]
# Harmless variants of writing, on rows that are accepted, and other ways that results come.
VARIANTS = {6: FILED, 9: {"来源系统": "市专业技术人员服务平台", "同步公示": "已同步公示"},
            13: {"批准文号": "渝州工程学会〔2026〕5号", "确认方式": "组建单位发文"}, 1: {"职称系列": "05"}, 4: {"批准文号": "渝州职改［２０２６］14号"}, 10: {"评审通过日期": "2026年2月20日"},
            11: {"级别": "中　 级", "备注": "数字、空格等写法不影响结果"}}
FOREIGN = {12: ("护照", "E12345678"), 19: ("港澳居民来往内地通行证", "H12345678"),
           26: ("台湾居民来往大陆通行证", "12345678")}


def approved():
    rows = []
    for at in range(118):
        one = row(COMMITTEES[at % 6], at)
        if at in FOREIGN:
            one["证件类型"], one["证件号码"] = FOREIGN[at]
        for column, value in {**VARIANTS.get(at, {}), **FAULTS.get(at, {})}.items():
            one[column] = value(one[column]) if callable(value) else value
        rows.append(one)
    for committee in COMMITTEES[6:]:
        rows.append(row(committee, len(rows)))
    rows.append({**rows[0], "序号": str(len(rows) + 1)})
    for way in WAYS:
        rows.append({**row(COMMITTEES[len(rows) % 6], len(rows)), **way})
    return rows


def write(name, headings, rows):
    with open(HERE / name, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)


write("committees.csv", "评委会代码,评委会名称,组建单位,组建单位统一社会信用代码,核准部门,核准备案文号,备案起始日期,备案截止日期,职称系列,级别,区县".split(","),
      [[code, name, name.replace("职称评审委员会", "学会"), organisation_code("51"), HRSS,
        f"渝州职改〔{filed[:4]}〕{number}号", filed, until, series, levels, "500000"]
       for number, (code, name, series, _, levels, filed, until, _) in enumerate(COMMITTEES, 21)])
rows = approved()
write("approved-results.csv", HEADINGS, [[one[heading] for heading in HEADINGS] for one in rows]
      + [["合计", f"{len(rows)}人"] + [""] * (len(HEADINGS) - 2)])
