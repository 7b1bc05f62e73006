// POST appends the body to a file, GET answers with the file.
const fs = require('fs')
const http = require('http')

http.createServer((request, response) => {
  if (request.method === 'GET') return fs.createReadStream('/data/kept').pipe(response)
  const chunks = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    fs.appendFileSync('/data/kept', Buffer.concat(chunks) + '\n')
    response.end()
  })
}).listen(3000)
