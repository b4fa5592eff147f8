"""A notebook with every kind of output, as a run leaves it; used by the report's unit and browser tests."""

from __future__ import annotations

import base64
import io

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

EVIL = "<script>alert('x')</script>"
TEXT = {
    "en": {
        "title": "What makes customers stay",
        "question": "Which services must a hotel offer, and which would delight its guests?",
        "goals": "## Learning goals\n\n- Say which of **six categories** a service falls into.\n"
        "- Judge how sure that is.",
        "step": "## How satisfied are they?\n\n"
        "The index weighs each item by importance, $I = \\sum_{i=1}^{n} w_i x_i$:\n\n"
        "$$\n\\mathrm{CS}^{+} = \\frac{A + O}{A + O + M + I}\n$$\n\n### In each segment\n\n"
        "| Answer | Code |\n| --- | ---: |\n| I like it | 1 |\n| I dislike it | 5 |\n",
        "figure": "Satisfaction by service; lines are 95% intervals.",
        "alt": "Bars: service 4.2, price 3.1, image 2.4.",
        "table": "Services, their category and its share.",
        "finding": "Wi-Fi is must-be for 61% of the guests: without it they leave.",
        "note": "Two answers were left out.",
        "warning": "Only 31 guests answered: read the shares with care.",
        "limits": "## Limits\n\nStated importance is not what people pay for (see Kano et al., 1984; `n = 31`).",
        "reference": "## References\n\n1. Kano, N. (1984). [Attractive quality](https://doi.org/10.20684/quality.14.2_147).",
        "columns": ["service", "category", "share", "answers"],
        "rows": [["Wi-Fi", "must-be", 0.61, 31], [EVIL, "attractive", 0.45, 29], ["=cmd()", "indifferent", 0.3, 1204]],
        "labels": ["Service", "Price", "Image"],
    },
    "zh": {
        "title": "什么让顾客留下来",
        "question": "酒店必须提供哪些服务？哪些服务会让客人惊喜？",
        "goals": "## 学习目标\n\n- 说出一项服务属于**六类**中的哪一类。\n- 判断这一结论有多可靠。",
        "step": "## 他们有多满意？\n\n指数按重要性为每个题项加权，$I = \\sum_{i=1}^{n} w_i x_i$：\n\n"
        "$$\n\\mathrm{CS}^{+} = \\frac{A + O}{A + O + M + I}\n$$\n\n### 各细分群体\n\n"
        "| 回答 | 编码 |\n| --- | ---: |\n| 我喜欢 | 1 |\n| 我不喜欢 | 5 |\n",
        "figure": "各项服务的满意度；线段为 95% 置信区间。",
        "alt": "条形图：服务 4.2，价格 3.1，形象 2.4。",
        "table": "各项服务、其类别及占比。",
        "finding": "对 61% 的客人来说，无线网络是必备服务：没有它，他们就会离开。",
        "note": "有两份答卷未计入。",
        "warning": "只有 31 位客人作答：请谨慎解读这些占比。",
        "limits": "## 局限\n\n陈述的重要性并不等于人们愿意付费的内容（见 Kano 等，1984；`n = 31`）。",
        "reference": "## 参考文献\n\n1. 狩野纪昭（1984）。[魅力质量](https://doi.org/10.20684/quality.14.2_147)。",
        "columns": ["服务", "类别", "占比", "回答数"],
        "rows": [["无线网络", "必备", 0.61, 31], [EVIL, "魅力", 0.45, 29], ["=cmd()", "无差异", 0.3, 1204]],
        "labels": ["服务", "价格", "形象"],
    },
}


def figure_png(labels, values=(4.2, 3.1, 2.4)):
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    from casework.figures import style

    with style.context():
        axes = style.axes(grid="x")
        axes.barh(labels, values, color=style.ACCENT, height=0.55, xerr=0.2)
        style.title(axes, " > ".join(labels), labels[0])
        target = io.BytesIO()
        axes.get_figure().savefig(target, format="png", dpi=160, bbox_inches="tight")
        plt.close("all")
    return base64.b64encode(target.getvalue()).decode("ascii")


def display(data, casework=None, **more):
    metadata = {"casework": casework} if casework else {}
    return new_output("display_data", data=data, metadata=metadata | more)


def told(text, role):
    from html import escape

    data = {"text/html": f'<p class="cw-{role}">{escape(text)}</p>', "text/plain": text}
    return display(data, {"kind": "text", "role": role})


def tagged(source, *tags, outputs=()):
    return new_code_cell(source, metadata={"tags": list(tags)}, outputs=list(outputs), execution_count=1)


def sample_notebook(lang="en", *, failed=False):
    import pandas as pd

    from casework.report.formats import frame_to_html

    words = TEXT[lang]
    frame = pd.DataFrame(words["rows"], columns=words["columns"])
    png = figure_png(words["labels"])
    size = {"alt": words["alt"], "width": 700, "height": 420}
    table = frame_to_html(frame, caption=words["table"], note=words["note"])
    cells = [
        new_markdown_cell(f"# {words['title']}\n\n{words['question']}"),
        new_markdown_cell(words["goals"]),
        tagged('data = "hotel"  # secret default', "parameters"),
        tagged('data = "mine"', "injected-parameters"),
        tagged("from casework import load, show, tell"),
        new_markdown_cell(words["step"]),
        tagged(
            'show(result, caption="...")  # draw',
            outputs=[
                display(
                    {"image/png": png, "text/plain": "x"},
                    {"kind": "figure", "caption": words["figure"], "alt": words["alt"]},
                    **{"image/png": size},
                )
            ],
        ),
        tagged("show(frame)", outputs=[display({"text/html": table}, {"kind": "table", "caption": words["table"]})]),
        tagged("tell(a)", outputs=[told(words["finding"], "finding"), told(words["note"], "text")]),
        tagged("tell(b)", outputs=[told(words["note"], "note"), told(words["warning"], "warning")]),
        tagged(
            'publish("x", 1)',
            outputs=[
                display(
                    {
                        "application/vnd.casework.result+json": {"name": "hidden_result", "value": 1},
                        "text/plain": "published: hidden_result = 1",
                    },
                    {"kind": "result", "name": "hidden_result"},
                )
            ],
        ),
        tagged(
            "print(1)",
            outputs=[
                new_output("stream", name="stdout", text="\x1b[32mprinted <b>line</b>\x1b[0m\n"),
                new_output("stream", name="stderr", text="a warning of a library\n"),
            ],
        ),
        tagged(
            "frame",
            outputs=[
                new_output(
                    "execute_result",
                    data={
                        "text/html": f'<style>td{{color:red}}</style>{frame.to_html()}<img src="https://e.vil/x.png">'
                    },
                )
            ],
        ),
        tagged("plot", outputs=[display({"image/png": png})]),
        tagged("formula", outputs=[display({"text/latex": "$\\displaystyle \\frac{1}{2}$", "text/plain": "1/2"})]),
        tagged(
            "slider",
            outputs=[
                display(
                    {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "text/plain": "IntSlider(value=3)"}
                )
            ],
        ),
        tagged("2 + 2", outputs=[new_output("execute_result", data={"text/plain": "four <b>"})]),
        new_markdown_cell("the hidden answer", metadata={"tags": ["solution"]}),
        tagged(
            "answer = 42", "solution", outputs=[new_output("stream", name="stdout", text="the hidden answer is 42\n")]
        ),
        new_markdown_cell(words["limits"]),
        new_markdown_cell(words["reference"]),
    ]
    if failed:
        error = new_output(
            "error", ename="DataError", evalue=f"\x1b[31mrow 3: {EVIL}\x1b[0m", traceback=["secret frame"]
        )
        cells.append(tagged("load(data)", outputs=[error]))
    return new_notebook(cells=cells)


def sample_info(lang="en", status="ok"):
    from casework.report.html import ReportInfo

    words = TEXT[lang]
    zh = lang == "zh"
    return ReportInfo(
        title=words["title"],
        question=words["question"],
        module="顾客之声" if zh else "Voice of the customer",
        study="kano",
        run_id="kano-hotel-3f2a91c0",
        status=status,
        message="" if status == "ok" else f"DataError: {EVIL}",
        generated="2026-05-04T10:15:00+00:00",
        data_note="数据为合成数据。" if zh else "The data are synthetic: made by a generator with known truth.",
        key_results=[
            ("必备服务的数量" if zh else "Services that are must-be", "4", ""),
            ("最高的满意度系数" if zh else "Highest better coefficient", "0.61", "[0, 1]"),
            ("指数" if zh else "Index", "72.4", "分" if zh else "points"),
            ("首先改进" if zh else "Improve first", "无线网络、早餐" if zh else "Wi-Fi in the rooms, breakfast", ""),
        ],
        parameters=[
            ("data", "hotel", "", "自带数据集或文件" if zh else "bundled data set, or a file of your own"),
            ("level", "0.95", "", "置信水平" if zh else "level of the intervals, above 0, below 1"),
            ("invalid", EVIL, "", "无效答案如何处理" if zh else "what to do with invalid answers: refuse, exclude"),
            ("resamples", "2000", "次" if zh else "draws", "重抽样次数" if zh else "bootstrap resamples, at least 100"),
        ],
        provenance=[
            ("数据" if zh else "Data", "hotel.csv, sha256 9f86d081884c7d65"),
            ("casework", "0.1.0"),
            ("Python", "3.11.7"),
            ("输出哈希" if zh else "Outputs hash", "2c26b46b68ffc68ff99b453c1d30413413422d70"),
        ],
        exclusions=[("f03_present", 2, "回答为空" if zh else "empty answer")],
    )
