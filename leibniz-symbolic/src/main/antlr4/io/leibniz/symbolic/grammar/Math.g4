grammar Math;
whole: NUMBER EOF;
NUMBER: [0-9]+;
