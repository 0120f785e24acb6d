/** The one stylesheet. Contrasts are above 4.5:1, everything that takes the focus shows it. */
export const style = `
:root { --ink: #1d2433; --soft: #5a6375; --line: #d5dae3; --paper: #fdfcf8; --sea: #1b4f72; --sun: #f2b134; --good: #1e6b3a; --bad: #9c2b23; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.5 Verdana, "DejaVu Sans", sans-serif; }
header, main, footer { max-width: 58rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1.5rem; padding-top: .8rem; padding-bottom: .8rem; border-bottom: 4px solid var(--sun); }
.name { font: bold 1.4rem Georgia, "DejaVu Serif", serif; color: var(--sea); text-decoration: none; }
nav { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1.1rem; }
nav form { display: flex; align-items: center; gap: .6rem; color: var(--soft); }
h1 { font: bold 1.7rem Georgia, "DejaVu Serif", serif; margin: 1.4rem 0 .8rem; }
h2 { font-size: 1.05rem; margin: 0 0 .3rem; }
a { color: var(--sea); }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible { outline: 3px solid var(--sun); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .3rem .6rem; }
.shelf { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; }
.shelf li, .card { border: 1px solid var(--line); border-radius: 6px; background: #fff; padding: .9rem 1rem; }
.shelf li { display: flex; flex-direction: column; }
.shelf p { margin: 0 0 .6rem; flex: 1; color: var(--soft); font-size: .9rem; }
.buy { display: flex; justify-content: space-between; align-items: center; gap: .5rem; }
.price { font-weight: bold; white-space: nowrap; }
.buy .francs { display: block; }
.francs { color: var(--soft); font-size: .8rem; font-weight: normal; }
table { border-collapse: collapse; width: 100%; background: #fff; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
th, td { text-align: left; padding: .45rem .6rem; border-bottom: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; }
label { display: block; margin: .8rem 0 .2rem; }
input, select { font: inherit; color: inherit; padding: .4rem .5rem; border: 1px solid #8790a0; border-radius: 4px; background: #fff; width: 100%; max-width: 26rem; }
input[type=number] { width: 4.5rem; }
input[aria-invalid=true] { border: 2px solid var(--bad); }
button, .button { font: inherit; padding: .45rem 1rem; border: 1px solid var(--sea); border-radius: 4px; background: var(--sea); color: #fff; cursor: pointer; text-decoration: none; white-space: nowrap; }
button.quiet { background: transparent; color: var(--sea); }
.actions { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.2rem 0; }
.mistake { color: var(--bad); margin: .2rem 0 0; }
.transaction { font: bold 1.5rem "DejaVu Sans Mono", monospace; letter-spacing: .06em; }
.card > :last-child { margin-bottom: 0; }
.good { border-left: 6px solid var(--good); }
.bad { border-left: 6px solid var(--bad); }
.wait { border-left: 6px solid var(--sun); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { background: #fff; border: 1px solid var(--line); padding: .8rem; overflow-x: auto; }
footer { color: var(--soft); font-size: .85rem; padding-top: 2rem; padding-bottom: 1.5rem; }
`;
