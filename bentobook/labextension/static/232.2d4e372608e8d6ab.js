"use strict";(self.rspackChunk_bentobook_labextension=self.rspackChunk_bentobook_labextension||[]).push([[232],{475(o,r,e){var a=e(601),t=e.n(a),i=e(314),n=(e.n(i))()(t());n.push([o.id,`/* Colours come from Lab's variables only, so that every theme fits. */

.bb-Panel {
  display: flex;
  flex-direction: column;
  min-width: 240px;
  height: 100%;
  color: var(--jp-ui-font-color1);
  background: var(--jp-layout-color1);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
}

.bb-Panel h2,
.bb-Modal h2,
.bb-Diff h2 {
  margin: 0;
  font-size: var(--jp-ui-font-size1);
  font-weight: 600;
}

.bb-Head,
.bb-Place,
.bb-Filters,
.bb-Job-head {
  display: flex;
  gap: 6px;
  align-items: center;
}

.bb-Head {
  padding: 6px 10px;
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
}

.bb-Place {
  padding: 4px 10px;
  color: var(--jp-ui-font-color2);
  font-size: var(--jp-ui-font-size0);
}

.bb-Filters {
  padding: 4px 10px 6px;
}

.bb-Filters {
  flex-wrap: wrap;
}

.bb-Filters > * {
  flex: 1 1 100%;
}

.bb-Grow {
  flex: 1;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.bb-Muted {
  color: var(--jp-ui-font-color2);
}

.bb-Mono,
.bb-Tag,
.bb-Panel code,
.bb-Modal code {
  font-family: var(--jp-code-font-family);
  font-size: var(--jp-code-font-size);
}

.bb-Strong {
  font-weight: 600;
}

.bb-Warn {
  color: var(--jp-warn-color0);
}

.bb-Error {
  color: var(--jp-error-color1);
  overflow-wrap: anywhere;
}

.bb-Panel > .bb-Error,
.bb-Notice p {
  margin: 0;
  padding: 4px 10px;
}

.bb-Notice p {
  border-left: 3px solid var(--jp-warn-color1);
  overflow-wrap: anywhere;
}

.bb-Error:empty {
  display: none;
}

/* Controls */

.bb-Panel input,
.bb-Panel select,
.bb-Modal input:not([type='checkbox']) {
  box-sizing: border-box;
  min-width: 0;
  padding: 3px 6px;
  color: inherit;
  background: var(--jp-input-background, var(--jp-layout-color0));
  border: var(--jp-border-width) solid var(--jp-border-color1);
  border-radius: var(--jp-border-radius);
  font: inherit;
}

.bb-Button.jp-mod-styled {
  height: auto;
  min-height: 22px;
  padding: 0 8px;
  line-height: 20px;
  font-size: var(--jp-ui-font-size0);
  letter-spacing: normal;
  white-space: nowrap;
}

.bb-Button.jp-mod-styled:not(.jp-mod-accept) {
  color: var(--jp-ui-font-color1);
  background: none;
  border: var(--jp-border-width) solid var(--jp-border-color1);
}

.bb-Button.jp-mod-styled:disabled {
  opacity: 0.5;
}

.bb-Panel :focus-visible,
.bb-Modal :focus-visible,
.bb-Diff :focus-visible {
  outline: 2px solid var(--jp-brand-color1);
  outline-offset: -1px;
}

/* Tree */

.bb-Tree {
  position: relative;
  flex: 1;
  min-height: 96px;
  overflow: auto;
}

/* What the chosen version says as well stands in its row only where there is room. */
.bb-Tree {
  container-type: inline-size;
}

@container (width < 340px) {
  .bb-Wide {
    display: none;
  }
}

.bb-Tree-canvas {
  position: relative;
}

.bb-Row {
  position: absolute;
  right: 0;
  left: 0;
  box-sizing: border-box;
  display: flex;
  gap: 6px;
  align-items: center;
  height: 24px;
  padding: 0 10px;
  cursor: default;
}

.bb-Row[aria-level='2'] {
  padding-left: 24px;
}

.bb-Row[aria-level='3'] {
  padding-left: 42px;
}

.bb-Row:hover {
  background: var(--jp-layout-color2);
}

.bb-Row[aria-selected='true'] {
  background: var(--jp-layout-color2);
  box-shadow: inset 2px 0 0 var(--jp-brand-color1);
}

.bb-Size,
.bb-Ago {
  text-align: right;
  font-variant-numeric: tabular-nums;
  white-space: nowrap;
}

.bb-Ago {
  min-width: 42px;
}

.bb-Chip {
  display: inline-block;
  margin: 0 4px 2px 0;
  padding: 0 7px;
  border: var(--jp-border-width) solid var(--jp-border-color1);
  border-radius: 9px;
  font-size: var(--jp-ui-font-size0);
}

/* Chosen version */

.bb-Details {
  max-height: 50%;
  padding: 8px 10px;
  overflow: auto;
  border-top: var(--jp-border-width) solid var(--jp-border-color2);
}

.bb-Actions {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
}

.bb-Tag {
  margin: 8px 0 4px;
  overflow-wrap: anywhere;
}

.bb-Facts {
  display: grid;
  grid-template-columns: 76px 1fr;
  gap: 2px 10px;
  margin: 0;
}

.bb-Facts dt,
.bb-Section summary,
.bb-Section th {
  color: var(--jp-ui-font-color2);
  font-weight: normal;
}

.bb-Facts dd {
  min-width: 0;
  margin: 0;
  overflow-wrap: anywhere;
}

.bb-Section {
  margin-top: 6px;
}

.bb-Section table,
.bb-Diff table {
  width: 100%;
  border-collapse: collapse;
}

.bb-Section th,
.bb-Section td,
.bb-Diff th,
.bb-Diff td {
  padding: 2px 10px 2px 0;
  text-align: left;
  vertical-align: top;
  overflow-wrap: anywhere;
}

/* Jobs */

.bb-Job,
.bb-Progress:not(:empty) {
  padding: 4px 10px;
}

.bb-Job .bb-Error {
  white-space: normal;
}

.bb-Bar {
  height: 6px;
  margin: 4px 0;
  overflow: hidden;
  background: var(--jp-layout-color2);
  border-radius: 3px;
}

.bb-Bar i {
  display: block;
  height: 100%;
  background: var(--jp-brand-color1);
}

.bb-Bar.bb-mod-unknown i {
  width: 30% !important;
  opacity: 0.5;
}

/* Dialogs */

.bb-Modal {
  width: min(640px, 92vw);
  max-height: 90vh;
  margin: auto;
  padding: 0;
  color: var(--jp-ui-font-color1);
  background: var(--jp-layout-color1);
  border: var(--jp-border-width) solid var(--jp-border-color1);
  border-radius: var(--jp-border-radius);
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
}

.bb-Modal::backdrop {
  background: var(--jp-dialog-background);
}

.bb-Modal-head,
.bb-Modal-footer,
.bb-Tabs,
.bb-Trail,
.bb-Pages {
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
  align-items: center;
}

.bb-Modal-head {
  padding: 10px 12px;
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
}

.bb-Modal-body {
  padding: 10px 12px;
}

.bb-Modal-footer {
  justify-content: flex-end;
  padding: 8px 12px;
  border-top: var(--jp-border-width) solid var(--jp-border-color2);
}

.bb-Modal .bb-Place {
  flex-wrap: wrap;
  font-size: var(--jp-ui-font-size1);
  padding: 0 0 8px;
}

.bb-Browse {
  display: flex;
  flex-direction: column;
  gap: 6px;
  margin: 8px 0;
}

.bb-Entries {
  height: 190px;
  margin: 0;
  padding: 0;
  overflow: auto;
  list-style: none;
  border: var(--jp-border-width) solid var(--jp-border-color2);
}

.bb-Entries > li {
  padding: 0 6px;
}

.bb-Entry {
  display: flex;
  gap: 10px;
  width: 100%;
  padding: 3px 4px;
  color: inherit;
  background: none;
  border: 0;
  font: inherit;
  text-align: left;
  cursor: pointer;
}

.bb-Entry .bb-Muted {
  max-width: 60%;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.bb-Entry:hover {
  background: var(--jp-layout-color2);
}

.bb-Entries[aria-busy] {
  opacity: 0.6;
}

.bb-Form {
  display: grid;
  grid-template-columns: 1fr 1fr;
  gap: 6px 12px;
}

.bb-Field {
  display: flex;
  flex-direction: column;
  gap: 2px;
}

.bb-Field > span {
  color: var(--jp-ui-font-color2);
}

.bb-Check {
  grid-column: 1 / -1;
}

.bb-Hidden {
  display: none;
}

/* Diff */

.bb-Diff {
  padding: 12px 16px;
  overflow: auto;
  color: var(--jp-ui-font-color1);
  background: var(--jp-layout-color0);
  font-size: var(--jp-ui-font-size1);
}

.bb-Diff-head {
  display: flex;
  flex-wrap: wrap;
  gap: 14px;
  align-items: center;
}

.bb-Diff h3 {
  margin: 16px 0 4px;
  font-size: var(--jp-ui-font-size1);
}

.bb-Diff th {
  width: 26%;
  color: var(--jp-ui-font-color2);
  font-weight: normal;
}

.bb-Diff td {
  font-family: var(--jp-code-font-family);
  font-size: var(--jp-code-font-size);
}

.bb-Diff-changed td,
.bb-Diff-added td:last-child,
.bb-Diff-removed td:nth-child(2) {
  background: var(--jp-layout-color2);
}
`,""]),e.d(r,{},{A:n})},314(o){o.exports=function(o){var r=[];return r.toString=function(){return this.map(function(r){var e="",a=void 0!==r[5];return r[4]&&(e+="@supports (".concat(r[4],") {")),r[2]&&(e+="@media ".concat(r[2]," {")),a&&(e+="@layer".concat(r[5].length>0?" ".concat(r[5]):""," {")),e+=o(r),a&&(e+="}"),r[2]&&(e+="}"),r[4]&&(e+="}"),e}).join("")},r.i=function(o,e,a,t,i){"string"==typeof o&&(o=[[null,o,void 0]]);var n={};if(a)for(var b=0;b<this.length;b++){var p=this[b][0];null!=p&&(n[p]=!0)}for(var l=0;l<o.length;l++){var d=[].concat(o[l]);a&&n[d[0]]||(void 0!==i&&(void 0===d[5]||(d[1]="@layer".concat(d[5].length>0?" ".concat(d[5]):""," {").concat(d[1],"}")),d[5]=i),e&&(d[2]&&(d[1]="@media ".concat(d[2]," {").concat(d[1],"}")),d[2]=e),t&&(d[4]?(d[1]="@supports (".concat(d[4],") {").concat(d[1],"}"),d[4]=t):d[4]="".concat(t)),r.push(d))}},r}},601(o){o.exports=function(o){return o[1]}},72(o){var r=[];function e(o){for(var e=-1,a=0;a<r.length;a++)if(r[a].identifier===o){e=a;break}return e}function a(o,a){for(var t={},i=[],n=0;n<o.length;n++){var b=o[n],p=a.base?b[0]+a.base:b[0],l=t[p]||0,d="".concat(p," ").concat(l);t[p]=l+1;var s=e(d),c={css:b[1],media:b[2],sourceMap:b[3],supports:b[4],layer:b[5]};if(-1!==s)r[s].references++,r[s].updater(c);else{var f=function(o,r){var e=r.domAPI(r);return e.update(o),function(r){r?(r.css!==o.css||r.media!==o.media||r.sourceMap!==o.sourceMap||r.supports!==o.supports||r.layer!==o.layer)&&e.update(o=r):e.remove()}}(c,a);a.byIndex=n,r.splice(n,0,{identifier:d,updater:f,references:1})}i.push(d)}return i}o.exports=function(o,t){var i=a(o=o||[],t=t||{});return function(o){o=o||[];for(var n=0;n<i.length;n++){var b=e(i[n]);r[b].references--}for(var p=a(o,t),l=0;l<i.length;l++){var d=e(i[l]);0===r[d].references&&(r[d].updater(),r.splice(d,1))}i=p}}},659(o){var r={};o.exports=function(o,e){var a=function(o){if(void 0===r[o]){var e=document.querySelector(o);if(window.HTMLIFrameElement&&e instanceof window.HTMLIFrameElement)try{e=e.contentDocument.head}catch(o){e=null}r[o]=e}return r[o]}(o);if(!a)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");a.appendChild(e)}},540(o){o.exports=function(o){var r=document.createElement("style");return o.setAttributes(r,o.attributes),o.insert(r,o.options),r}},56(o,r,e){o.exports=function(o){var r=e.nc;r&&o.setAttribute("nonce",r)}},825(o){o.exports=function(o){if("u"<typeof document)return{update:function(){},remove:function(){}};var r=o.insertStyleElement(o);return{update:function(e){var a,t,i;a="",e.supports&&(a+="@supports (".concat(e.supports,") {")),e.media&&(a+="@media ".concat(e.media," {")),(t=void 0!==e.layer)&&(a+="@layer".concat(e.layer.length>0?" ".concat(e.layer):""," {")),a+=e.css,t&&(a+="}"),e.media&&(a+="}"),e.supports&&(a+="}"),(i=e.sourceMap)&&"u">typeof btoa&&(a+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(i))))," */")),o.styleTagTransform(a,r,o.options)},remove:function(){var o;null===(o=r).parentNode||o.parentNode.removeChild(o)}}}},113(o){o.exports=function(o,r){if(r.styleSheet)r.styleSheet.cssText=o;else{for(;r.firstChild;)r.removeChild(r.firstChild);r.appendChild(document.createTextNode(o))}}},579(o,r,e){var a=e(72),t=e.n(a),i=e(825),n=e.n(i),b=e(659),p=e.n(b),l=e(56),d=e.n(l),s=e(540),c=e.n(s),f=e(113),u=e.n(f),v=e(475),h={};h.styleTagTransform=u(),h.setAttributes=d(),h.insert=p().bind(null,"head"),h.domAPI=n(),h.insertStyleElement=c(),t()(v.A,h),v.A&&v.A.locals&&v.A.locals}}]);