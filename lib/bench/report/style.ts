import { Markup } from './markup.ts'

/**
 * The styles of the report, with the site's palette. Colours only repeat information that words or shapes also give.
 */
export const style: Markup = new Markup(`
:root{color-scheme:light dark;--bg:#fbfaf7;--card:#fff;--ink:#1c1b19;--soft:#5f5c55;--line:#dcd8ce;--band:#e9e2cf;--cheap:#2f6b4a;--dear:#b93c0a;--link:#2563a8;
--s0:#1c1b19;--s1:#2563a8;--s2:#b93c0a;--s3:#2f6b4a;--s4:#7a3e9d;--s5:#8a6a00;--s6:#0e7490;--s7:#9d174d;--p0:#5f6b7a;--p1:#2563a8;--p2:#d9713c;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
:root:lang(zh){--sans:"PingFang SC","Hiragino Sans GB","Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei",system-ui,sans-serif}
@media (prefers-color-scheme:dark){:root{--bg:#14161a;--card:#1b1e24;--ink:#ece9e2;--soft:#a9a59c;--line:#323740;--band:#38342a;--cheap:#7fc79e;--dear:#fb923c;--link:#7fb2ee;
--s0:#ece9e2;--s1:#7fb2ee;--s2:#fb923c;--s3:#7fc79e;--s4:#cda2ea;--s5:#e3c04d;--s6:#67d3e0;--s7:#f9a8c7;--p0:#8b97a6;--p1:#5b93d6;--p2:#e07b3c}}
@media print{:root{--bg:#fff}details:not([open])>*{display:block}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 var(--sans)}
main{max-width:66rem;margin:0 auto;padding:1.5rem 1rem 4rem}
nav{display:flex;justify-content:space-between;max-width:66rem;margin:0 auto;padding:.75rem 1rem 0}
a{color:var(--link)}
h1{font-size:clamp(1.6rem,5vw,2.3rem);line-height:1.2;margin:.3em 0 .4em;text-wrap:balance}
h2{font-size:1.35rem;line-height:1.3;margin:3rem 0 .5rem}
h3{font-size:1.02rem;margin:1.6rem 0 .4rem}
p,ul{margin:.5rem 0;max-width:46rem}
.lead{font-size:1.08rem}
.from,.note{color:var(--soft)}
.tally{margin-top:1rem;padding:.7rem .9rem;background:var(--card);border:1px solid var(--line);border-radius:.4rem}
.warning{padding:.6rem .9rem;border:2px solid var(--dear);border-radius:.4rem}
code{font:.92em var(--mono);overflow-wrap:anywhere}
small{font-size:.8rem;color:var(--soft)}
figure{margin:1rem 0}
figcaption{font-size:.85rem;color:var(--soft)}
details{margin:.4rem 0}
summary{cursor:pointer;color:var(--link);font-size:.9rem;padding:.25rem 0;min-height:24px}
summary:focus-visible,a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--dear);outline-offset:2px}
svg{display:block;overflow:visible}
.grid{stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke;fill:none}
.forest>div{background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.4rem .9rem .6rem}
.forest .what{margin:.8rem 0 .15rem;font-size:.93rem;max-width:none}
.row{display:grid;grid-template-columns:15.5rem minmax(0,1fr) 9.5rem 6.6rem;column-gap:.9rem;align-items:center;font-size:.92rem}
.row .name small{display:block;line-height:1.2}
.row .figure{font-variant-numeric:tabular-nums;white-space:nowrap}
.row.axis .figure{font-size:.8rem;color:var(--soft)}
.plot{position:relative;align-self:stretch;min-height:1.9rem}
.plot svg:not(.beyond){position:absolute;inset:0;width:100%;height:100%}
.beyond{fill:currentColor}
.plot .band{fill:var(--band)}
.plot .one{stroke:var(--soft);stroke-width:1.5}
.plot .interval{stroke:currentColor;stroke-width:9;opacity:.42}
.plot circle{fill:currentColor}
.plot.hollow circle{fill:var(--card);stroke:currentColor;stroke-width:2}
.dearer{color:var(--dear)}.cheaper{color:var(--cheap)}.cannot-tell,.hollow,.none{color:var(--soft)}
.verdict{font-weight:600;line-height:1.25;white-space:nowrap}
.verdict.none{font-weight:400;font-size:.8rem;white-space:normal}
.verdict.dearer::before{content:"▲ "}.verdict.cheaper::before{content:"▼ "}.verdict.cannot-tell::before{content:"– "}
.plot.ticks{min-height:1.3rem;font-size:.8rem;color:var(--soft)}
.ticks span,.bottom span{position:absolute;transform:translateX(-50%);white-space:nowrap}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;padding:0;margin:.3rem 0 .6rem;font-size:.88rem;max-width:none}
.legend li{display:flex;align-items:center;gap:.4rem}
.legend i{width:.9rem;height:.9rem;border-radius:2px}
.mark{width:.85rem;height:.85rem;flex:none;fill:currentColor;display:inline-block}
.s0{color:var(--s0)}.s1{color:var(--s1)}.s2{color:var(--s2)}.s3{color:var(--s3)}.s4{color:var(--s4)}.s5{color:var(--s5)}.s6{color:var(--s6)}.s7{color:var(--s7)}
.chart{display:grid;grid-template:auto 1fr auto auto auto/2.6rem minmax(0,1fr) 11rem;background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .9rem}
.chart .unit{grid-area:1/1/2/4;font-size:.8rem;color:var(--soft);padding-bottom:.5rem}
.chart>svg{grid-area:2/2;width:100%;height:21rem}
.chart .left{grid-area:2/1;position:relative;font-size:.8rem;color:var(--soft)}
.chart .left span{position:absolute;right:.5rem;transform:translateY(-50%)}
.chart .right{grid-area:2/3;position:relative;font-size:.85rem}
.chart .right span{position:absolute;left:.5rem;transform:translateY(-50%);display:flex;align-items:center;gap:.4rem;white-space:nowrap;font-weight:600}
.chart .bottom{grid-area:3/2;position:relative;height:1.4rem;font-size:.8rem;color:var(--soft)}
.chart .across{grid-area:4/2;text-align:center;font-size:.8rem;color:var(--soft)}
.curve line{stroke:currentColor;stroke-width:2}
.curve .half{stroke-width:5;opacity:.35}
.curve .at{fill:currentColor}
.legend.narrow{display:none}
.spent>div{background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .9rem}
.bar{display:grid;grid-template-columns:15rem minmax(0,1fr) 14.5rem;gap:.2rem .9rem;align-items:center;font-size:.9rem;padding:.25rem 0}
.bar svg{width:100%;height:1.3rem}
.bar .figure{font-variant-numeric:tabular-nums;white-space:nowrap}
.bar rect{stroke:var(--card);stroke-width:1}
rect.p0{fill:var(--p0)}rect.p1{fill:var(--p1)}rect.p2{fill:var(--p2)}
i.p0{background:var(--p0)}i.p1{background:var(--p1)}i.p2{background:var(--p2)}
.samples .chart,.table .chart{grid-template-columns:2.6rem minmax(0,1fr)}
.samples .chart>svg{height:15rem}
.samples .chart>svg.strip{grid-area:3/2;height:2.4rem;margin-top:.4rem;border-bottom:1px solid var(--line)}
.dots{stroke:currentColor;stroke-width:4.5;stroke-linecap:round;vector-effect:non-scaling-stroke;fill:none;opacity:.8}
.bound{stroke:var(--soft);stroke-dasharray:3 4;vector-effect:non-scaling-stroke}
.quiet{fill:var(--soft);opacity:.5}.disturbed{fill:var(--dear)}
.wide{overflow-x:auto;border:1px solid var(--line);border-radius:.4rem;background:var(--card)}
table{border-collapse:collapse;font-size:.88rem;width:100%}
th,td{text-align:left;padding:.3rem .55rem;border-bottom:1px solid var(--line);vertical-align:top}
thead th{vertical-align:bottom;color:var(--soft);font-weight:600}
tbody th[scope=row]{font-weight:400;white-space:nowrap}
th[scope=rowgroup]{padding-top:.9rem}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
thead .number{white-space:normal}
.per-event td{white-space:nowrap}
.pairs th{color:var(--soft);white-space:nowrap;width:14rem}
.pairs tbody th[scope=row]{white-space:normal}
.pairs td{overflow-wrap:anywhere}
@media (max-width:46rem){
.pairs th{width:45%}
.row{grid-template-columns:minmax(0,1fr) auto;grid-template-areas:"name verdict" "plot plot" "figure figure";row-gap:0;padding:.2rem 0}
.row .name{grid-area:name}.row .plot{grid-area:plot}.row .figure{grid-area:figure}.row .verdict{grid-area:verdict;text-align:right}
.row .figure small{white-space:nowrap}
.plot{min-height:1.5rem}
.forest>div,.spent>div,.chart{padding-left:.6rem;padding-right:.6rem}
.costs .chart{grid-template-columns:2.2rem minmax(0,1fr)}
.chart .right{display:none}
.legend.narrow{display:flex}
.chart>svg{height:17rem}
.bar{grid-template-columns:minmax(0,1fr);padding:.5rem 0}
.bar .figure{font-size:.85rem}
}
@media (forced-colors:active){.plot .band{fill:none;stroke:CanvasText}}
`)
