<?php
// POST: append the body to a file. GET: print the file.
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    file_put_contents('/srv/kept/notes', file_get_contents('php://input') . "\n", FILE_APPEND);
} else {
    readfile('/srv/kept/notes');
}
