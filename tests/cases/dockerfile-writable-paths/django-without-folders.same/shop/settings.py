MEDIA_ROOT = os.environ['MEDIA']
STATIC_ROOT = 'relative'
DEBUG = (
