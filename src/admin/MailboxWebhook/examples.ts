/** A call in each language, ready to be pasted: the secret comes from the environment, never from this page. */
export const examples = {
  curl: (url: string) => `# HELPDESK_SECRET=whsec_…
body='{"email":"ada@example.com","name":"Ada Lovelace","subject":"The kettle","message":"It leaks."}'
id="msg_$(openssl rand -hex 16)"
at="$(date +%s)"
key="$(printf %s "\${HELPDESK_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')"
signature="$(printf %s "$id.$at.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)"
curl --silent --show-error '${url}' \\
  --header 'content-type: application/json' \\
  --header "webhook-id: $id" \\
  --header "webhook-timestamp: $at" \\
  --header "webhook-signature: v1,$signature" \\
  --data "$body"
`,
  node: (url: string) => `// HELPDESK_SECRET=whsec_… node call.mjs
import { createHmac, randomUUID } from 'node:crypto'

const body = JSON.stringify({
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  subject: 'The kettle',
  message: 'It leaks.',
})
const id = \`msg_\${randomUUID()}\`
const at = String(Math.floor(Date.now() / 1000))
const key = Buffer.from(process.env.HELPDESK_SECRET.replace(/^whsec_/, ''), 'base64')
const signature = createHmac('sha256', key).update(\`\${id}.\${at}.\${body}\`).digest('base64')

const response = await fetch('${url}', {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': at,
    'webhook-signature': \`v1,\${signature}\`,
  },
  body,
})
console.log(response.status, await response.json())
`,
  php: (url: string) => `<?php // HELPDESK_SECRET=whsec_… php call.php
$body = json_encode([
    'email' => 'ada@example.com',
    'name' => 'Ada Lovelace',
    'subject' => 'The kettle',
    'message' => 'It leaks.',
]);
$id = 'msg_' . bin2hex(random_bytes(16));
$at = (string) time();
$key = base64_decode(preg_replace('/^whsec_/', '', getenv('HELPDESK_SECRET')));
$signature = base64_encode(hash_hmac('sha256', "$id.$at.$body", $key, true));

echo file_get_contents('${url}', false, stream_context_create(['http' => [
    'method' => 'POST',
    'header' => [
        'content-type: application/json',
        "webhook-id: $id",
        "webhook-timestamp: $at",
        "webhook-signature: v1,$signature",
    ],
    'content' => $body,
    'ignore_errors' => true,
]]));
`,
  python: (url: string) => `# HELPDESK_SECRET=whsec_… python3 call.py
import base64, hashlib, hmac, json, os, time, urllib.error, urllib.request, uuid

body = json.dumps({
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "subject": "The kettle",
    "message": "It leaks.",
}).encode()
call = f"msg_{uuid.uuid4()}"
at = str(int(time.time()))
key = base64.b64decode(os.environ["HELPDESK_SECRET"].removeprefix("whsec_"))
digest = hmac.new(key, f"{call}.{at}.".encode() + body, hashlib.sha256).digest()

request = urllib.request.Request("${url}", data=body, method="POST", headers={
    "content-type": "application/json",
    "webhook-id": call,
    "webhook-timestamp": at,
    "webhook-signature": "v1," + base64.b64encode(digest).decode(),
})
try:
    print(urllib.request.urlopen(request).read().decode())
except urllib.error.HTTPError as error:
    print(error.read().decode())
`,
} as const

export type ExampleLanguage = keyof typeof examples

export const exampleLanguages = Object.keys(examples) as ExampleLanguage[]

/** As people write them. */
export const languageNames: Record<ExampleLanguage, string> = {
  curl: 'curl',
  node: 'Node.js',
  php: 'PHP',
  python: 'Python',
}
