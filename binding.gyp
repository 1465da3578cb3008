{
  "targets": [
    {
      "target_name": "addons",
      "type": "none",
      "dependencies": ["native/binding.gyp:epollet", "native/binding.gyp:bench"]
    }
  ]
}
