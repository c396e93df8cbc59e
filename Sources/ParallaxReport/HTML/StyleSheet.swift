/// The page's looks: light and dark as the reader's system asks, narrow and wide, on paper. Text has a contrast of at
/// least 4.5 to 1 in both themes, and nothing is told by colour alone.
enum StyleSheet {
  static let text: StaticString = """
    :root{color-scheme:light dark;--bg:#fff;--panel:#f5f7f9;--ink:#1b2128;--muted:#545d68;--line:#d3dae1;\
    --grid:#e6eaee;--passed:#0b5fa5;--limited:#b03a06;--void:#676f78;--shared:#fdeadd;--separate:#e0eefa;\
    --unknown:#f0f2f4;--band:#f2f4f7;--edge:#b9c2cc;--s0:#0b5fa5;--s1:#b03a06;--s2:#1a7136;--s3:#7a45cc;--s4:#6d5700}
    @media (prefers-color-scheme:dark){:root{--bg:#0e1217;--panel:#161b22;--ink:#e4eaf0;--muted:#a3adb8;\
    --line:#343c46;--grid:#232a32;--passed:#74b9ff;--limited:#ff9d66;--void:#98a1ab;--shared:#4a2813;\
    --separate:#102f4d;--unknown:#20262d;--band:#171d24;--edge:#4c5661;--s0:#74b9ff;--s1:#ff9d66;--s2:#5fd47f;--s3:#c7a2ff;\
    --s4:#e2ba4b}}
    *{box-sizing:border-box}
    body{margin:0;overflow-wrap:break-word;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,\
    "Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif;text-rendering:optimizeLegibility}
    header,main,footer{max-width:60rem;margin:0 auto;padding:0 1.25rem}
    header{padding-top:2.2rem}
    .brand{margin:0 0 1.1rem;color:var(--muted);font-size:.85rem;letter-spacing:.02em}
    .brand b{color:var(--ink);font-weight:650}
    h1{margin:0 0 .7rem;font-size:clamp(1.45rem,1.1rem + 1.7vw,2.15rem);line-height:1.22;font-weight:680;\
    letter-spacing:-.015em;text-wrap:balance;overflow-wrap:anywhere}
    .meaning{margin:0 0 .4rem;font-size:1.06rem;color:var(--muted);max-width:48rem;overflow-wrap:anywhere}
    .tiles{display:flex;flex-wrap:wrap;gap:1px;margin:1.6rem 0 0;padding:0;\
    background:var(--line);border:1px solid var(--line);border-radius:10px;overflow:hidden}
    .tiles div{flex:1 1 9.4rem;background:var(--panel);padding:.75rem .9rem}
    .tiles dt{font-size:.78rem;color:var(--muted)}
    .tiles dd{margin:.1rem 0 0;font-size:1.22rem;font-weight:640;line-height:1.3;overflow-wrap:anywhere;\
    font-variant-numeric:tabular-nums}
    .tiles small{display:block;font-size:.78rem;font-weight:400;color:var(--muted)}
    nav{margin:1.4rem 0 0;font-size:.88rem}
    nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:0;padding:0;list-style:none}
    a{color:var(--passed);text-underline-offset:.18em}
    a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--passed);outline-offset:2px;\
    border-radius:3px}
    section{margin:2.6rem 0 0;padding-top:1.5rem;border-top:1px solid var(--line)}
    h2{margin:0 0 .25rem;font-size:1.22rem;font-weight:660;letter-spacing:-.005em}
    h3{margin:1.5rem 0 .3rem;font-size:1rem;font-weight:640}
    p{margin:.35rem 0 .8rem;max-width:48rem}
    .note{color:var(--muted);font-size:.92rem}
    figure{margin:1rem 0 0}
    figcaption{margin:.45rem 0 0;color:var(--muted);font-size:.9rem;max-width:48rem}
    .scroll{overflow-x:auto;margin:.4rem 0 0;padding:2px;\
    background:linear-gradient(90deg,var(--bg) 40%,transparent) 0 0/2.5rem 100% no-repeat local,\
    linear-gradient(270deg,var(--bg) 40%,transparent) 100% 0/2.5rem 100% no-repeat local,\
    linear-gradient(90deg,var(--edge),transparent) 0 0/.8rem 100% no-repeat scroll,\
    linear-gradient(270deg,var(--edge),transparent) 100% 0/.8rem 100% no-repeat scroll}
    svg{display:block;height:auto;font-family:inherit}
    svg.wide{width:100%;min-width:42rem}
    svg.small{width:100%;max-width:38rem;min-width:30rem}
    svg text{fill:var(--muted);font-size:11px;font-variant-numeric:tabular-nums}
    svg .strong{fill:var(--ink);font-weight:600}
    .grid{stroke:var(--grid)}
    .axis{stroke:var(--void)}
    .cut{stroke:var(--void);stroke-dasharray:2 3;fill:none}
    .window,.threshold{stroke:var(--void);stroke-dasharray:4 3}
    .band.even{fill:var(--band)}
    .band.odd{fill:none}
    .dots{fill:none;stroke-width:4.4;stroke-linecap:round}
    .crosses{fill:none;stroke-width:1.5}
    .passed,.passedline{stroke:var(--passed)}
    .limited{stroke:var(--limited)}
    .disagree{stroke:var(--ink);stroke-width:1.8}
    .void{stroke:var(--void)}
    .series{fill:none;stroke-width:1.8}
    .thin{stroke-width:1}
    .fitted{stroke:var(--s1);stroke-width:2}
    .s0{stroke:var(--s0)}
    .s1{stroke:var(--s1);stroke-dasharray:7 3}
    .s2{stroke:var(--s2);stroke-dasharray:2 3}
    .s3{stroke:var(--s3);stroke-dasharray:9 3 2 3}
    .s4{stroke:var(--s4);stroke-dasharray:4 4}
    .dots.s0,.dots.s1,.dots.s2,.dots.s3,.dots.s4{stroke-dasharray:none;stroke-width:6}
    .cell{stroke-width:1.3}
    .cell.reference{fill:var(--shared);stroke:var(--limited);stroke-width:2.6}
    .cell.shared{fill:var(--shared);stroke:var(--limited)}
    .cell.separate{fill:var(--separate);stroke:var(--passed)}
    .cell.unknown{fill:var(--unknown);stroke:var(--void);stroke-dasharray:4 3}
    .cell.absent{fill:none;stroke:var(--line);stroke-dasharray:2 4}
    svg .ink{fill:var(--ink)}
    .mark.filled{fill:var(--limited)}
    .mark.hollow{fill:none;stroke:var(--passed);stroke-width:2}
    .whisker{stroke-width:1.4}
    .quartiles{fill:var(--bg);stroke-width:1.4}
    .median{stroke-width:2.4}
    .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:.5rem 0 0;padding:0;list-style:none;font-size:.88rem;\
    color:var(--muted)}
    .legend svg{display:inline-block;width:1.5rem;height:.9rem;margin-right:.4rem;vertical-align:-.08rem}
    table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
    caption{padding:0 0 .35rem;text-align:left;color:var(--muted);font-size:.9rem}
    caption span{display:inline-block;max-width:calc(100vw - 3rem)}
    th,td{padding:.38rem .8rem .38rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
    th{font-weight:620}
    thead th{color:var(--muted);font-weight:500;white-space:nowrap}
    td.number,th.number{text-align:right;white-space:nowrap}
    .facts{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.3rem;margin:.7rem 0 0;font-size:.95rem}
    .facts dt{color:var(--muted)}
    .facts dd{margin:0;overflow-wrap:anywhere}
    .warnings{margin:.5rem 0 0;padding:.7rem 1rem .7rem 2rem;background:var(--panel);border-left:3px solid \
    var(--limited);border-radius:0 8px 8px 0}
    .warnings li{margin:.15rem 0;overflow-wrap:anywhere}
    pre{margin:.6rem 0 0;padding:.9rem 1rem;overflow:auto;background:var(--panel);border:1px solid var(--line);\
    border-radius:8px;font:.84rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
    code{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
    details{margin:.8rem 0 0}
    summary{cursor:pointer;color:var(--muted);font-size:.92rem}
    footer{margin:3rem auto 0;padding-top:1rem;padding-bottom:2.5rem;color:var(--muted);font-size:.85rem;\
    border-top:1px solid var(--line);overflow-wrap:anywhere}
    .skip{position:absolute;left:-99rem}
    .skip:focus{left:1rem;top:.6rem;padding:.3rem .7rem;background:var(--bg)}
    @media (max-width:34rem){.facts{grid-template-columns:1fr;gap:0}.facts dd{margin:0 0 .6rem}header{padding-top:1.3rem}}
    @media print{:root{color-scheme:light;--bg:#fff;--panel:#f5f7f9;--ink:#000;--muted:#444;--line:#bbb;--grid:#ddd;\
    --passed:#0b5fa5;--limited:#b03a06;--void:#555;--shared:#fdeadd;--separate:#e0eefa;--unknown:#f0f2f4;\
    --band:#f2f4f7;--s0:#0b5fa5;--s1:#b03a06;--s2:#1a7136;--s3:#7a45cc;--s4:#6d5700}
    body{font-size:10.5pt}nav,.skip{display:none}header,main,footer{max-width:none;padding-left:0;padding-right:0}
    svg.wide{min-width:0}.scroll{overflow:visible;background:none}pre{white-space:pre-wrap}figure,tr,.tiles{break-inside:avoid}
    h2,h3{break-after:avoid}details::details-content{content-visibility:visible}*{print-color-adjust:exact}}
    """
}
