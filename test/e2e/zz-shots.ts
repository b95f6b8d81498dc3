import { ActionRowBuilder, ApplicationCommandOptionType as T, ButtonBuilder, ButtonStyle, ContainerBuilder, MediaGalleryBuilder, MessageFlags, ModalBuilder, StringSelectMenuBuilder, TextDisplayBuilder, TextInputBuilder, TextInputStyle, SeparatorBuilder, type Interaction } from "discord.js";
import sharp from "sharp";
import { startBot } from "/work/main/test/integration/sandbox/bot.ts";
import { launchBrowser, openPage, typeCommand } from "/work/main/test/e2e/browser.ts";
const svg = (i: number) => `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"><defs><radialGradient id="g"><stop offset="0" stop-color="hsl(${i*70},80%,60%)"/><stop offset="1" stop-color="#101830"/></radialGradient></defs><rect width="512" height="512" fill="url(#g)"/><polygon points="256,90 300,210 430,210 325,285 365,410 256,335 147,410 187,285 82,210 212,210" fill="hsl(${i*70+180},90%,60%)"/></svg>`;
const img = (i: number, w=512) => sharp(Buffer.from(svg(i))).resize(w).png().toBuffer();
const grid = async () => sharp({create:{width:1024,height:1024,channels:3,background:"#000"}}).composite(await Promise.all([0,1,2,3].map(async i=>({input:await img(i),left:(i%2)*512,top:Math.floor(i/2)*512})))).png().toBuffer();
const buttons = () => [new ActionRowBuilder<ButtonBuilder>().addComponents(
 new ButtonBuilder().setCustomId("again").setLabel("Again").setEmoji("🎲").setStyle(ButtonStyle.Primary),
 new ButtonBuilder().setCustomId("full").setLabel("Full size").setStyle(ButtonStyle.Secondary),
 new ButtonBuilder().setCustomId("change").setLabel("Change prompt").setStyle(ButtonStyle.Secondary),
 new ButtonBuilder().setCustomId("keep").setLabel("Keep").setStyle(ButtonStyle.Success),
 new ButtonBuilder().setCustomId("delete").setLabel("Delete").setStyle(ButtonStyle.Danger)),
 new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(new StringSelectMenuBuilder().setCustomId("pick").setPlaceholder("Same seed on another backend").addOptions({label:"bnb-nf4",description:"4 bits, resident, 1.2 GiB",value:"a"},{label:"torchao-int8",description:"8 bits",value:"b"}))];
let slow = false;
async function handle(i: Interaction) {
 if (i.isAutocomplete()) { const t=String(i.options.getFocused()); return i.respond(["bf16 — original, 22.5 GiB","torchao-int8 — 8-bit, 11.4 GiB","bnb-nf4 — 4-bit, 6.4 GiB","gguf-q2_k — 2-bit, 4.0 GiB"].filter(x=>x.includes(t)).map(n=>({name:n,value:n.split(" ")[0]!}))); }
 if (i.isButton()) {
  if (i.customId==="change") return i.showModal(new ModalBuilder().setCustomId("m").setTitle("Change prompt").addComponents(new ActionRowBuilder<TextInputBuilder>().addComponents(new TextInputBuilder().setCustomId("p").setLabel("Prompt").setStyle(TextInputStyle.Paragraph).setValue("two red stars").setMaxLength(1000)), new ActionRowBuilder<TextInputBuilder>().addComponents(new TextInputBuilder().setCustomId("s").setLabel("Seed").setStyle(TextInputStyle.Short).setRequired(false))));
  if (i.customId==="full") { await i.deferReply({flags:MessageFlags.Ephemeral}); return i.editReply({files: await Promise.all([0,1,2,3].map(async k=>({attachment:await img(k),name:`image-${k+1}.png`,description:`Star ${k+1}`})))}); }
  if (i.customId==="again") { return i.deferReply(); }
  return undefined; }
 if (i.isModalSubmit()) return i.reply("Got: **"+i.fields.getTextInputValue("p")+"**");
 if (i.isStringSelectMenu()) return i.reply({content:`⚠️ **${i.values[0]}** is not loaded on any worker right now.`, flags: MessageFlags.Ephemeral});
 if (!i.isChatInputCommand()) return undefined;
 if (i.commandName==="slow") return undefined;
 if (i.commandName==="v2") return i.reply({flags:MessageFlags.IsComponentsV2, files:[{attachment:await img(1),name:"a.png"},{attachment:await img(2),name:"b.png"}], components:[new ContainerBuilder().setAccentColor(0x5865f2).addTextDisplayComponents(new TextDisplayBuilder().setContent("## Which one is quantized?\nTwo pictures, one prompt, one seed. Closes <t:"+(Math.floor(Date.now()/1000)+900)+":R>.")).addMediaGalleryComponents(new MediaGalleryBuilder().addItems({media:{url:"attachment://a.png"},description:"Option A"},{media:{url:"attachment://b.png"}})).addSeparatorComponents(new SeparatorBuilder()).addActionRowComponents(new ActionRowBuilder<ButtonBuilder>().addComponents(new ButtonBuilder().setCustomId("va").setLabel("A").setStyle(ButtonStyle.Primary),new ButtonBuilder().setCustomId("vb").setLabel("B").setStyle(ButtonStyle.Primary))).addTextDisplayComponents(new TextDisplayBuilder().setContent("-# `sha256 3f9a…` · votes are private"))]});
 if (i.commandName==="embed") return i.reply({embeds:[{title:"Backends",description:"What this server's GPUs offer.",color:0x23a55a,fields:[{name:"bf16",value:"22.5 GiB\n8.1 s",inline:true},{name:"torchao-int8",value:"11.4 GiB\n8.4 s",inline:true},{name:"bnb-nf4",value:"6.4 GiB\n9.9 s",inline:true}],footer:{text:"measured here"},timestamp:new Date().toISOString()}]});
 await i.deferReply();
 await new Promise(r=>setTimeout(r,slow?1500:50));
 return i.editReply({content:`**${i.options.getString("prompt")}** — \`${i.options.getString("backend")??"bf16"}\` for <@${i.user.id}>\n8.4 s an image, 33.6 s in all · memory: 11.4 GiB resident, 14.2 GiB peak\n-# 28 steps · 1024×1024 · guidance 3.5 · seed 123456`, files:[{attachment:await grid(),name:"grid.png",description:"Four pictures of two red stars on a blue background"}], components: buttons()});
}
const bot = await startBot(handle as never, { port: Number(process.env.PORT ?? 0), hints: ['/generate prompt:"two red stars on a blue background"', '/generate prompt:"a green circle" backend:bnb-nf4 images:1', "/embed"] });
await bot.client.application.commands.set([
 {name:"generate",description:"Render images from a prompt",options:[{type:T.String,name:"prompt",description:"What to draw",required:true,max_length:1000},{type:T.String,name:"backend",description:"Which quantized variant renders it",autocomplete:true},{type:T.Integer,name:"images",description:"How many",min_value:1,max_value:4},{type:T.String,name:"size",description:"Width and height",choices:[{name:"Square 1024 × 1024",value:"1024x1024"},{name:"Landscape 1216 × 832",value:"1216x832"}]},{type:T.Boolean,name:"private",description:"Only you see the result"}]},
 {name:"embed",description:"An embed"},{name:"v2",description:"Components V2"},{name:"slow",description:"Never answers"},{name:"preset",description:"Presets",default_member_permissions:"32",options:[{type:T.Subcommand,name:"list",description:"All presets"},{type:T.Subcommand,name:"lock",description:"Lock one"}]},{name:"Show details",type:3}], bot.sandbox.guildId);
if (process.env.PORT) { console.log(bot.sandbox.url); await new Promise(()=>{}); }
const browser = await launchBrowser();
const out = process.argv[2]!;
const shot = async (p: any, n: string) => { await p.waitForTimeout(250); await p.screenshot({path:`${out}/${n}.png`}); };
{ const {page, complaints, requests} = await openPage(browser, bot.sandbox.url, {colorScheme:"dark"});
 await shot(page,"01-first-dark");
 await page.locator("#command").pressSequentially("/gen"); await shot(page,"02-commands");
 await page.keyboard.press("Tab"); await shot(page,"03-options");
 await page.keyboard.press("Enter"); await page.keyboard.type("two red stars on a blue background "); await shot(page,"04-prompt");
 await page.keyboard.type("backend:"); await shot(page,"05-backend");
 await page.keyboard.press("ArrowDown"); await page.keyboard.press("Enter"); await shot(page,"06-ready");
 slow = true;
 await page.keyboard.press("Enter"); await page.waitForTimeout(300); await shot(page,"07-thinking"); slow=false;
 await page.locator(".picture").first().waitFor(); await page.waitForTimeout(400); await shot(page,"08-result-dark");
 await page.locator(".picture").first().click(); await shot(page,"09-viewer"); await page.keyboard.press("Escape");
 await page.locator('[data-custom-id="full"]').click(); await page.locator(".gallery:not(.one)").waitFor(); await shot(page,"10-ephemeral-gallery");
 await page.locator('[data-custom-id="change"]').click(); await page.locator("dialog[open]").waitFor(); await shot(page,"11-modal"); await page.keyboard.press("Escape");
 await typeCommand(page,"/embed"); await typeCommand(page,"/v2"); await page.locator(".container").waitFor(); await shot(page,"12-embed-v2");
 await page.locator(".select-button").click(); await shot(page,"13-select"); await page.keyboard.press("Enter"); await page.waitForTimeout(300); await shot(page,"14-refusal");
 await typeCommand(page,"/generate images:9 prompt:x"); await shot(page,"15-error");
 await page.locator("#command").fill(""); await typeCommand(page,"/slow"); await page.waitForTimeout(3400); await shot(page,"16-failed");
 console.log(complaints, [...new Set(requests.map(r=>new URL(r).host))]);
}
for (const [n,o] of Object.entries({"20-light":{colorScheme:"light"},"21-phone-dark":{colorScheme:"dark",viewport:{width:390,height:800}},"22-phone-light":{colorScheme:"light",viewport:{width:390,height:800}}})) {
 const {page} = await openPage(browser, bot.sandbox.url, o as never); await page.waitForTimeout(400); await shot(page,n);
 if (n.includes("phone")) { await page.locator("#command").fill("/generate "); await page.locator("#command").focus(); await shot(page,n+"-options"); await page.locator("#command").fill(""); await page.locator("#open-sidebar").click(); await page.waitForTimeout(300); await shot(page,n+"-sidebar"); }
}
console.log(bot.sandbox.violations);
await browser.close(); await bot.stop(); process.exit(0);
